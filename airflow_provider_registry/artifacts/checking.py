"""Bytes that are checked while they flow: what passes is what the manifest says, or an error comes instead."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator

from airflow_provider_registry.artifacts.manifest import ManifestFile
from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.errors import DigestMismatchError

CHUNK = 1024 * 1024


def checked(chunks: Iterable[bytes], file: ManifestFile, where: str, hint: str = "") -> Generator[bytes]:
    """The same chunks; the last one comes only when all of them together are right.

    That the last bytes are held back is what lets an upload fail before it is completed.

    Parameters:
        chunks: the file's bytes in order.
        file: what they should be.
        where: where they come from, for the message.
        hint: what to do about a mismatch, for the message.

    Raises:
        DigestMismatchError: where there are more bytes, fewer, or others.
    """
    sha256, total = hashlib.sha256(), 0
    for chunk in chunks:
        total += len(chunk)
        sha256.update(chunk)
        if total >= file.size:
            _compare(total, sha256.hexdigest(), file, where, hint)
        yield chunk
    _compare(total, sha256.hexdigest(), file, where, hint)


def counted(chunks: Iterable[bytes], progress: Progress | None) -> Iterator[bytes]:
    """The same chunks, each told to the progress, and one file when they end."""
    for chunk in chunks:
        if progress is not None:
            progress.advance(0, len(chunk))
        yield chunk
    if progress is not None:
        progress.advance(1, 0)


class Digest:
    """The sha256 of bytes that pass by.

    Attributes:
        size: of them, so far.
    """

    def __init__(self) -> None:
        self.size = 0
        self._sha256 = hashlib.sha256()

    def passing(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same chunks, each digested before it is given on."""
        for chunk in chunks:
            self.size += len(chunk)
            self._sha256.update(chunk)
            yield chunk

    @property
    def sha256(self) -> str:
        """Of all bytes so far, in hexadecimal."""
        return self._sha256.hexdigest()


def digested(chunks: Iterable[bytes]) -> tuple[int, str]:
    """The number of bytes, and their sha256 in hexadecimal."""
    digest = Digest()
    for _ in digest.passing(chunks):
        pass
    return digest.size, digest.sha256


def is_right(read: Callable[[], Iterable[bytes]], file: ManifestFile) -> bool:
    """Whether the bytes that `read` gives are the file's."""
    return digested(read()) == (file.size, file.sha256)


def _compare(total: int, actual: str, file: ManifestFile, where: str, hint: str) -> None:
    if total == file.size and actual == file.sha256:
        return
    found = f"sha256 {actual}" if total == file.size else f"{'over ' if total > file.size else ''}{total:,} bytes"
    expected = f"sha256 {file.sha256}" if total == file.size else f"{file.size:,} bytes"
    raise DigestMismatchError(
        f"{where} is not what the manifest says of {file.path!r}: {found} instead of {expected}. "
        + (hint or "Somebody changed or damaged it: restore it from a copy, or register the right bytes again."),
        path=file.path,
        expected=file.sha256,
        actual=actual,
    )
