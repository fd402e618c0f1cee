"""Reading and writing files on this host so that what is read is a file, and what is written stays."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from airflow_provider_registry.artifacts.checking import CHUNK
from airflow_provider_registry.errors import InvalidArtifactError

# A symlink or pipe may have been put in a file's place since it was looked at: do not follow, do not hang.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_SMALL = 4096
_BEGIN = 32 * 1024 * 1024


def read_chunks(path: str | Path) -> Iterator[bytes]:
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
        if os.path.islink(path):
            raise InvalidArtifactError(f"{path} is a symlink, where a file should be.", str(path)) from error
        raise
    try:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):
            raise InvalidArtifactError(f"{path} is not a file.", str(path))
        # Room for a whole chunk costs more than a small file does.
        room = min(CHUNK, max(_SMALL, info.st_size + 1))
        while chunk := os.read(descriptor, room):
            yield chunk
    finally:
        os.close(descriptor)


def write_chunks(path: str | Path, chunks: Iterable[bytes]) -> None:
    """Write a new file, without waiting for the disk: see `sync`.

    Raises:
        FileExistsError: where something is there already.
    """
    descriptor = os.open(path, _WRITE, 0o666)
    try:
        begun = written = 0
        for chunk in chunks:
            _write_all(descriptor, chunk)
            written += len(chunk)
            if written - begun >= _BEGIN:
                _begin_sync(descriptor, begun, written)
                begun = written
    finally:
        os.close(descriptor)


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


def sync(path: str | Path) -> None:
    """Wait until a file's bytes, or a folder's entries, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _begin_sync(descriptor: int, start: int, stop: int) -> None:
    """Have the disk begin with what was written, so that less is left to wait for in the end.

    Linux would begin by itself only when a tenth of the memory is waiting. This advice makes it begin at once, and
    forget nothing: what is not on the disk yet stays in memory.
    """
    if hasattr(os, "posix_fadvise"):
        with suppress(OSError):  # advice
            os.posix_fadvise(descriptor, start, stop - start, os.POSIX_FADV_DONTNEED)


def _write_all(descriptor: int, data: bytes) -> None:
    written = os.write(descriptor, data)
    while written < len(data):  # a disk that is nearly full takes a part, and then says so
        written += os.write(descriptor, memoryview(data)[written:])


def tree_of(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Everything below a folder, and the folder itself, without following symlinks; what vanishes is left out."""
    try:
        yield folder, folder.lstat()
        entries = list(os.scandir(folder)) if folder.is_dir() and not folder.is_symlink() else []
    except FileNotFoundError:
        return
    for entry in entries:
        yield from tree_of(Path(entry.path))
