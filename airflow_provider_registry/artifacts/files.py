"""Reading and writing files on this host so that what is read is a file, and what is written stays."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from airflow_provider_registry.artifacts.checking import CHUNK
from airflow_provider_registry.errors import InvalidArtifactError

# A symlink or pipe may have been put in a file's place since it was looked at: do not follow, do not hang.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def read_chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a regular file, a chunk at a time.

    Raises:
        FileNotFoundError: where it is not there.
        InvalidArtifactError: where something else than a file is there.
    """
    try:
        descriptor = os.open(path, _READ)
    except FileNotFoundError:
        raise
    except OSError as error:
        if path.is_symlink():
            raise InvalidArtifactError(f"{path} is a symlink, where a file should be.", str(path)) from error
        raise
    with os.fdopen(descriptor, "rb", buffering=0) as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise InvalidArtifactError(f"{path} is not a file.", str(path))
        while chunk := stream.read(CHUNK):
            yield chunk


def write_chunks(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a new file, without waiting for the disk: see `sync`.

    Raises:
        FileExistsError: where something is there already.
    """
    with path.open("xb") as stream:
        for chunk in chunks:
            stream.write(chunk)


def write_atomically(path: Path, data: bytes, temporary: Path) -> None:
    """Write a small file so that it is there whole or not at all, also after a power cut.

    Parameters:
        path: the final name.
        data: what it shall hold.
        temporary: a free name on the same file system.
    """
    write_chunks(temporary, [data])
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's entries, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def tree_of(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Everything below a folder, and the folder itself, without following symlinks; what vanishes is left out."""
    try:
        yield folder, folder.lstat()
        entries = list(os.scandir(folder)) if folder.is_dir() and not folder.is_symlink() else []
    except FileNotFoundError:
        return
    for entry in entries:
        yield from tree_of(Path(entry.path))
