"""What is registered: one large file, or many small ones."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_MIB = 2**20
_GIB = 2**30
LARGE, SMALL = "large", "small"
SMALL_SIZE = 4096
_PER_FOLDER = 1000


@dataclass(frozen=True)
class Tree:
    """A folder of files that differ from each other.

    Attributes:
        kind: `LARGE` or `SMALL`.
        files: their paths below the folder.
    """

    kind: str
    folder: Path
    files: tuple[str, ...]
    size: int

    def __str__(self) -> str:
        if self.kind == LARGE:
            return f"{self.size / _GIB:.3g} GiB file" if self.size >= _GIB else f"{self.size / _MIB:.3g} MiB file"
        return f"{len(self.files):,} files of {SMALL_SIZE // 1024} KiB"


def large_tree(folder: Path, size: int) -> Tree:
    """One file. No MiB of it is like another: a store that keeps equal blocks once gains nothing."""
    block = os.urandom(_MIB)
    with (folder / "model.bin").open("wb") as file:
        for start in range(0, size, _MIB):
            part = start.to_bytes(8, "big") + block[8:]
            file.write(part[: min(_MIB, size - start)])
    return Tree(LARGE, folder, ("model.bin",), size)


def small_tree(folder: Path, count: int) -> Tree:
    """Files in a few folders."""
    files = tuple(f"{number // _PER_FOLDER}/{number}.bin" for number in range(count))
    for name in sorted({os.path.dirname(path) for path in files}):
        (folder / name).mkdir()
    for path in files:
        (folder / path).write_bytes(os.urandom(SMALL_SIZE))
    return Tree(SMALL, folder, files, count * SMALL_SIZE)
