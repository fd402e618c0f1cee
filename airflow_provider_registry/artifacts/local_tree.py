"""Trees of files on this host: written with every byte checked, looked at, removed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from pathlib import Path

from airflow_provider_registry.artifacts.checking import Digest, checked, counted, is_right
from airflow_provider_registry.artifacts.files import read_chunks, sync, tree_of, write_chunks
from airflow_provider_registry.artifacts.manifest import ManifestFile
from airflow_provider_registry.artifacts.parallel import in_parallel
from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.artifacts.source import Source
from airflow_provider_registry.errors import InvalidArtifactError

# fsync costs as much for one file as for several that the disk has been given meanwhile: first write, then wait.
_BATCH = 256


def fill(
    top: Path,
    source: Source,
    files: Sequence[ManifestFile],
    folders: Iterable[str],
    progress: Progress,
    hint: str = "",
) -> None:
    """Write files and empty folders into a new tree, and wait until all of it is on the disk.

    Parameters:
        top: the tree's folder, made here.
        source: where the bytes come from.
        files: which of them, and what they must be.
        folders: the empty folders.
        progress: told of files and bytes as they are done.
        hint: what to do where bytes are not what they must be.

    Raises:
        DigestMismatchError: where the source has other bytes.
    """
    _make_folders(top, folders, (file.path for file in files))

    def copy(file: ManifestFile) -> None:
        chunks = checked(counted(source.chunks(file.path), progress), file, source.locate(file.path), hint)
        write_chunks(f"{top}/{file.path}", chunks)

    for start in range(0, len(files), _BATCH):
        batch = files[start : start + _BATCH]
        in_parallel(copy, batch)
        in_parallel(lambda file: sync(f"{top}/{file.path}"), batch)
    sync_folders(top)


def take(
    top: Path, source: Source, paths: Collection[str], folders: Iterable[str], progress: Progress
) -> list[ManifestFile]:
    """Write files of which nothing is known yet, and empty folders, into a new tree, in one pass, without waiting.

    Parameters:
        top: the tree's folder, made here.
        source: where the bytes come from.
        paths: of the files.
        folders: the empty folders.
        progress: told of files and bytes as they are done.

    Returns:
        what was written; `sync_tree` waits until it is on the disk.
    """
    _make_folders(top, folders, paths)

    def copy(path: str) -> ManifestFile:
        digest = Digest()
        write_chunks(f"{top}/{path}", digest.passing(counted(source.chunks(path), progress)))
        return ManifestFile(path, digest.size, digest.sha256)

    return in_parallel(copy, paths)


def sync_tree(top: Path, files: Iterable[ManifestFile]) -> None:
    """Wait until a tree is on the disk: its files, and the entries that lead to them."""
    in_parallel(lambda file: sync(f"{top}/{file.path}"), files)
    sync_folders(top)


def _make_folders(top: Path, folders: Iterable[str], files: Iterable[str]) -> None:
    for name in {"", *folders, *(os.path.dirname(path) for path in files)}:
        (top / name).mkdir(parents=True, exist_ok=True)


def sync_folders(top: Path) -> None:
    """Wait until the entries of a folder and of all folders below it are on the disk."""
    for path, _ in tree_of(top):
        if path.is_dir():
            sync(path)


def stands(top: Path, file: ManifestFile) -> bool:
    """Whether the file is below the folder, with exactly the bytes that it should have."""
    path = top / file.path
    try:
        return path.lstat().st_size == file.size and is_right(partial(read_chunks, path), file)
    except (FileNotFoundError, NotADirectoryError, InvalidArtifactError):
        return False


def size_of(path: Path) -> int:
    """Bytes in all files at or below a path; 0 where nothing is."""
    return sum(info.st_size for found, info in tree_of(path) if not found.is_dir())


def remove(path: Path) -> int:
    """Remove a file or a whole tree, also while somebody else removes the same, and say how many bytes it had."""
    size = size_of(path)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)  # two may be at it, and each finds entries gone
        if path.exists():
            shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    return size
