"""What lies inside a file: the streams that somebody's loader could unpickle, by what they begin with."""

from __future__ import annotations

import ast
import bz2
import codecs
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast

from airflow_provider_registry.scanning.values import BudgetError, UnreadableError

EXPANDED_BYTES = 4 * 1024**3
"""How many bytes the archives and compressed streams of one file may come to."""
DEPTH = 5
"""How many archives and compressions may lie in each other."""
MEMBERS = 100_000
"""How many members the archives of one file may have."""

_CHUNK = 1 << 20
_IN_MEMORY = 64 << 20
_HEAD = 512
_USTAR = slice(257, 262)
_NPY = b"\x93NUMPY"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_UNOPENED = {
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\x28\xb5\x2f\xfd": "compressed by zstandard",
    b"\x04\x22\x4d\x18": "compressed by LZ4",
    b"\x89HDF\r\n\x1a\n": "an HDF5 file, which may hold pickles",
}
# Files of these formats begin with no opcode that a pickle can begin with, and their own loaders unpickle nothing.
_WITHOUT_PICKLES = (b"GGUF", b"PAR1", b"ARROW1", b"\x89PNG", b"\xff\xd8\xff", b"%PDF", b"SQLite format 3\x00")
_ENDINGS_WITHOUT_PICKLES = frozenset({".onnx", ".tflite", ".ubj", ".cbm", ".safetensors"})


class Streams:
    """The streams of one file.

    Parameters:
        scan: is given each stream that is no archive, with its name, and answers whether it was a pickle.
        problem: is told of what cannot be looked into, with its name and why.
    """

    def __init__(self, scan: Callable[[BinaryIO, str], bool], problem: Callable[[str, str], None]) -> None:
        self._scan = scan
        self._problem = problem
        self._expanded = 0
        self._members = 0

    def look(self, stream: BinaryIO, name: str, depth: int = 0, *, is_weights: bool = False) -> None:
        """Look into a stream, and into whatever lies in it.

        Parameters:
            is_weights: it lies where PyTorch keeps the raw numbers of a tensor, which are of no format.
        """
        try:
            self._look(stream, name, depth, is_weights=is_weights)
        except UnreadableError as error:
            self._problem(name, str(error))

    def _look(self, stream: BinaryIO, name: str, depth: int, *, is_weights: bool) -> None:
        if depth > DEPTH:
            raise UnreadableError(f"more than {DEPTH} archives lie in each other")
        head = _head(stream)
        # A ZIP archive is found from its end, whatever its file begins with.
        is_archive = self._archive(stream, name, depth)
        if what := next((what for magic, what in _UNOPENED.items() if head.startswith(magic)), None):
            raise UnreadableError(f"it is {what}, and is not opened")
        if opened := _decompressor(head):
            with self._expand(opened, stream) as inner:
                self.look(inner, name, depth + 1)
            return
        if head.startswith(_NPY):
            if _is_of_objects(stream) and not self._scan(stream, name):
                raise UnreadableError("it is an array of objects, and what follows is no pickle")
            return
        stream.seek(0)
        is_pickle = not head.startswith(_ZIP) and self._scan(stream, name)
        if not is_archive and not is_pickle and not is_weights:
            stream.seek(0)
            _refuse_unknown(stream, head, name)

    def _archive(self, stream: BinaryIO, name: str, depth: int) -> bool:
        """Look into the members where it is an archive; a ZIP archive may begin anywhere."""
        stream.seek(0)
        if zipfile.is_zipfile(stream):
            self._members_of(_zip_members(stream), name, depth)
            return True
        if _head(stream)[_USTAR] == b"ustar":
            self._members_of(_tar_members(stream), name, depth)
            return True
        return False

    def _members_of(self, members: Iterator[tuple[str, IO[bytes], bool]], name: str, depth: int) -> None:
        try:
            for member, opened, is_weights in members:
                self._members += 1
                if self._members > MEMBERS:
                    raise BudgetError(f"its archives have more than {MEMBERS:,} members")
                with opened, self._expand(lambda stream: stream, cast("BinaryIO", opened)) as inner:
                    self.look(inner, f"{name}!{member}", depth + 1, is_weights=is_weights)
        except (zipfile.BadZipFile, tarfile.TarError, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
                zlib.error, lzma.LZMAError) as error:  # fmt: skip
            raise UnreadableError(f"its archive cannot be read: {str(error)[:120]}") from error

    def _expand(self, opened: Callable[[BinaryIO], Any], stream: BinaryIO) -> Any:
        """A copy of what comes out of a stream, in memory while it is small."""
        inner = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # the caller closes it
        try:
            with closing(opened(stream)) as reader:
                while chunk := reader.read(_CHUNK):
                    self._expanded += len(chunk)
                    if self._expanded > EXPANDED_BYTES:
                        raise BudgetError(f"it unpacks to more than {EXPANDED_BYTES:,} bytes")
                    inner.write(chunk)
        except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
            inner.close()
            raise UnreadableError(f"it cannot be decompressed: {str(error)[:120]}") from error
        inner.seek(0)
        return inner


class _Zlib:
    """A zlib stream, as joblib writes it, read as a file."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._inflate = zlib.decompressobj()

    def read(self, size: int) -> bytes:
        while not self._inflate.eof:
            data = self._inflate.unconsumed_tail or self._stream.read(size)
            if not data:
                raise EOFError("it ends early")
            if out := self._inflate.decompress(data, size):
                return out
        if self._inflate.unused_data or self._stream.read(1):
            raise OSError("there is more after its end")
        return b""

    def close(self) -> None:
        """Nothing is held."""


def _head(stream: BinaryIO) -> bytes:
    stream.seek(0)
    head = stream.read(_HEAD)
    stream.seek(0)
    return head


def _decompressor(head: bytes) -> Callable[[BinaryIO], Any] | None:
    if head.startswith(b"\x1f\x8b"):
        return lambda stream: gzip.GzipFile(fileobj=stream, mode="rb")
    if head.startswith(b"BZh"):
        return bz2.BZ2File
    if head.startswith((b"\xfd7zXZ\x00", b"\x5d\x00\x00")):
        return lzma.LZMAFile
    if head.startswith(b"\x78") and int.from_bytes(head[:2], "big") % 31 == 0:
        return _Zlib
    return None


def _zip_members(stream: BinaryIO) -> Iterator[tuple[str, IO[bytes], bool]]:
    stream.seek(0)
    with zipfile.ZipFile(stream) as archive:
        names = {info.filename for info in archive.infolist()}
        if len(names) != len(archive.infolist()):
            raise UnreadableError("its archive has a name twice")
        for info in archive.infolist():
            if not info.is_dir():
                yield info.filename, archive.open(info), _is_weights(info.filename, names)


def _is_weights(name: str, names: set[str]) -> bool:
    """Whether PyTorch keeps the raw numbers of a tensor there: `<archive>/data/0` beside `<archive>/data.pkl`."""
    path = PurePosixPath(name)
    root = path.parent.parent
    return path.parent.name == "data" and path.name.isdigit() and str(root / "data.pkl") in names


def _tar_members(stream: BinaryIO) -> Iterator[tuple[str, IO[bytes], bool]]:
    with tarfile.open(fileobj=stream, mode="r:") as archive:
        for member in archive:
            if member.isfile():
                opened = archive.extractfile(member)
                assert opened is not None
                yield member.name, opened, False
            elif not member.isdir():
                raise UnreadableError(f"its archive holds {member.name[:80]!r}, which is no file")


def _is_of_objects(stream: BinaryIO) -> bool:
    """Whether an array's elements are Python objects, which numpy keeps as a pickle; the stream then stands at it."""
    stream.seek(len(_NPY))
    version = stream.read(2)
    width = {b"\x01\x00": 2, b"\x02\x00": 4, b"\x03\x00": 4}.get(version)
    if width is None:
        raise UnreadableError("it is an array in a form of numpy's that is not known")
    size = int.from_bytes(stream.read(width), "little")
    if size > _CHUNK:
        raise UnreadableError("the header of its array is too long")
    try:
        header = ast.literal_eval(stream.read(size).decode("utf-8"))
        kind = header["descr"]
    except (ValueError, SyntaxError, KeyError, TypeError, MemoryError, RecursionError) as error:
        raise UnreadableError("the header of its array cannot be read") from error
    return "O" in _kinds(kind)


def _kinds(descr: object) -> str:
    """The type codes in a numpy type description."""
    if isinstance(descr, str):
        return descr
    if isinstance(descr, tuple) and len(descr) > 1:
        return _kinds(descr[1])
    return "".join(map(_kinds, descr)) if isinstance(descr, list) else "O"


def _refuse_unknown(stream: BinaryIO, head: bytes, name: str) -> None:
    """Refuse bytes of which nobody knows what a loader makes of them, such as encrypted ones."""
    if head.startswith(_WITHOUT_PICKLES) or PurePosixPath(name).suffix.lower() in _ENDINGS_WITHOUT_PICKLES:
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := stream.read(_CHUNK):
            if "\x00" in decoder.decode(chunk):
                raise UnreadableError("it is of a format that is not known")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise UnreadableError("it is of a format that is not known") from None
