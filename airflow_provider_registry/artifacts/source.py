"""Where an artifact's bytes come from: a file or a folder on this host, looked through and digested by streaming."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from airflow_provider_registry.artifacts.checking import counted, digested
from airflow_provider_registry.artifacts.files import read_chunks
from airflow_provider_registry.artifacts.manifest import Manifest, ManifestFile
from airflow_provider_registry.artifacts.parallel import in_parallel
from airflow_provider_registry.artifacts.paths import check_path, check_tree
from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.errors import ArtifactPathMissingError, InvalidArtifactError

# What to do about a file that is no longer what it was when it was digested.
CHANGED = "It changed while it was being registered: register what is finished."


class Source(Protocol):
    """Anything that an artifact's files can be read from, by their paths in the manifest."""

    def chunks(self, path: str) -> Iterator[bytes]:
        """The file's bytes in order, a chunk at a time. May be called from several threads, and again."""
        ...

    def locate(self, path: str) -> str:
        """Where the file lies, for messages."""
        ...


@dataclass(frozen=True)
class LocalSource:
    """A file or folder on this host, found good to be an artifact; its bytes are not read yet.

    Attributes:
        path: the file or folder, absolute.
        files: size in bytes of each file, by path relative to the folder; a single file stands under its own name.
        folders: the empty folders.
    """

    path: Path
    files: dict[str, int]
    folders: tuple[str, ...] = ()

    @classmethod
    def scan(cls, path: str | os.PathLike[str]) -> LocalSource:
        """Look through a file or folder, without reading what is in the files.

        Raises:
            ArtifactPathMissingError: where nothing is at the path on this host.
            InvalidArtifactError: naming what cannot be stored faithfully: a symlink, a socket, a pipe, a device, an
                unsafe name, two names that differ only in case or Unicode form; or where there is no file at all.
        """
        root = Path(os.path.abspath(path))
        mode = _mode(root)
        if stat.S_ISREG(mode):
            return cls(root, {check_path(root.name): root.stat().st_size})
        if not stat.S_ISDIR(mode):
            raise InvalidArtifactError(f"{root} is {_kind(mode)}: {_way_out(root, mode)}.", str(root))
        files: dict[str, int] = {}
        folders: list[str] = []
        try:
            _walk(root, "", files, folders)
        except OSError as error:
            raise _unreadable(root, error) from error
        if not files:
            raise InvalidArtifactError(f"There is no file in {root}: an artifact needs at least one.", str(root))
        check_tree(files, folders)
        return cls(root, files, tuple(folders))

    @property
    def size(self) -> int:
        """Bytes in all files together, as they were when scanned."""
        return sum(self.files.values())

    def manifest(self, progress: Progress | None = None) -> Manifest:
        """Digest every file by streaming, several at a time.

        Parameters:
            progress: told of files and bytes as they are done.

        Raises:
            ArtifactPathMissingError: where a file has gone since the scan.
        """
        if progress is not None:
            progress.start(len(self.files), self.size, f"Hashing {self.path.name}")
        try:
            files = in_parallel(lambda path: self._digest(path, progress), self.files)
        finally:
            if progress is not None:
                progress.finish()
        return Manifest(tuple(files), self.folders)

    def chunks(self, path: str) -> Iterator[bytes]:
        """The file's bytes in order.

        Raises:
            ArtifactPathMissingError: where the file has gone since the scan.
            InvalidArtifactError: where it cannot be read.
        """
        try:
            yield from read_chunks(self._at(path))
        except FileNotFoundError as error:
            raise ArtifactPathMissingError(
                f"{self.locate(path)} was there a moment ago and is gone: something removes files while they are "
                "being registered. Register what is finished.",
                path,
            ) from error
        except OSError as error:
            raise _unreadable(self._at(path), error) from error

    def locate(self, path: str) -> str:
        """The file's absolute path."""
        return self._at(path)

    def _at(self, path: str) -> str:
        return os.path.join(self.path, path) if os.path.isdir(self.path) else str(self.path)

    def _digest(self, path: str, progress: Progress | None) -> ManifestFile:
        size, sha256 = digested(counted(self.chunks(path), progress))
        return ManifestFile(path, size, sha256)


def _mode(root: Path) -> int:
    try:
        return root.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ArtifactPathMissingError(
            f"{root} is not on this host ({socket.gethostname()}). Another task's local files are seldom on the same "
            "machine: register inside the training task (@task.model_version), or write to a shared volume or to "
            "s3:// and give that path.",
            str(root),
        ) from error
    except (OSError, ValueError) as error:
        raise _unreadable(root, error) from error


def _unreadable(path: str | Path, error: Exception) -> InvalidArtifactError:
    return InvalidArtifactError(f"{path} cannot be read: {error}.", str(path))


def _walk(folder: Path, prefix: str, files: dict[str, int], folders: list[str]) -> None:
    """Add what is in a folder, in the order of names so that the first thing refused is always the same."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    if not found and prefix:
        folders.append(prefix.rstrip("/"))
    for entry in found:
        path = check_path(prefix + entry.name)
        info = entry.stat(follow_symlinks=False)
        if stat.S_ISDIR(info.st_mode):
            _walk(Path(entry.path), f"{path}/", files, folders)
        elif stat.S_ISREG(info.st_mode):
            files[path] = info.st_size
        else:
            kind, way_out = _kind(info.st_mode), _way_out(Path(entry.path), info.st_mode)
            raise InvalidArtifactError(f"{path!r} in the artifact is {kind}: {way_out}.", path)


def _kind(mode: int) -> str:
    kinds = [
        (stat.S_ISLNK, "a symlink"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISBLK, "a block device"),
        (stat.S_ISCHR, "a character device"),
    ]
    return next((kind for test, kind in kinds if test(mode)), "neither a file nor a folder")


def _way_out(path: Path, mode: int) -> str:
    if stat.S_ISLNK(mode):
        return f"put the file itself there, or give the path that it leads to ({os.path.realpath(path)})"
    return "only files and folders can be registered; remove it or register another folder"
