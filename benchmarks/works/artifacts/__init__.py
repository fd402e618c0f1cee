"""An artifact registered and downloaded, as one large file and as many small ones, on disk and in S3."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import FLOOR, OURS, Bar, Finding, Spread, compare
from benchmarks.setting import Setting
from benchmarks.works.artifacts.peaks import peak
from benchmarks.works.artifacts.places import InS3, OnDisk, Place
from benchmarks.works.artifacts.trees import Tree, large_tree, small_tree
from tests.support.memory import memory
from tests.support.swift import running_swift

_MIB = 2**20
# Of calls that take up to a minute, and of those that take several: ten thousand objects are as many requests.
_MOST, _ONCE = 3, 1
# A folder in memory shows what the processor does; more of it is not at hand on every machine.
_IN_MEMORY = 1024 * _MIB
_SMALL_FILES = 10_000
_BAR = Bar(over_floor=1 / 0.9)
_MEMORY = Bar(at_most=200)

ON_DISK = (
    "The floor reads, digests and writes each file in one pass and one thread, with an fsync of each file and folder; "
    "what ours writes is as durable. Before each call, everything is on the disk already."
)
IN_S3 = (
    "The floor digests each file, then boto3's own transfer sends all of them with the same part size, number of "
    "requests at once and checksums; down, it fetches them likewise, digests them, and waits for the disk. The server "
    "is OpenStack Swift on the same machine, which takes most of the time."
)
PEAK = (
    "Of a new process that registers and downloads, with all that it has imported; before that it has {base:.0f} MiB."
)


def run(setting: Setting) -> Iterator[Finding]:
    """Time up and down, and memory."""
    trees = [
        large_tree(setting.new_folder(), setting.file_size),
        small_tree(setting.new_folder(), min(_SMALL_FILES, 50 * setting.rounds)),
    ]
    rounds = min(_MOST, setting.rounds)
    for tree in trees:
        yield from _at(OnDisk(setting, setting.new_folder()), tree, rounds, ON_DISK)
    with _folder_in_memory() as folder:
        if folder:
            yield from _in_memory(setting, folder, rounds)
    with running_swift() as server:
        for tree, times in zip(trees, (rounds, _ONCE), strict=True):
            yield from _at(InS3(setting, server, setting.new_folder()), tree, times, IN_S3)


def _in_memory(setting: Setting, folder: Path, rounds: int) -> Iterator[Finding]:
    (folder / "tree").mkdir()
    (folder / "place").mkdir()
    tree = large_tree(folder / "tree", min(setting.file_size, _IN_MEMORY))
    yield from _up_and_down(OnDisk(setting, folder / "place", "folder in memory"), tree, rounds, ON_DISK)


def _at(place: Place, tree: Tree, rounds: int, note: str) -> Iterator[Finding]:
    yield from _up_and_down(place, tree, rounds, note)
    base, most = peak(place, tree)
    yield Finding(f"memory: {tree}", place.name, Spread.of([most]), "MiB", bar=_MEMORY, note=PEAK.format(base=base))
    place.clear()


def _up_and_down(place: Place, tree: Tree, rounds: int, note: str) -> Iterator[Finding]:
    with place.opened(tree):
        calls = {OURS: place.register, FLOOR: place.floor_up}
        yield compare(f"register: {tree}", place.name, calls, rounds, bar=_BAR, warm=0, note=note)
        calls = {OURS: place.download, FLOOR: place.floor_down}
        yield compare(f"download: {tree}", place.name, calls, rounds, bar=_BAR, warm=0, note=note)


@contextmanager
def _folder_in_memory() -> Iterator[Path | None]:
    place = memory()
    if place is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="registry-bench-", dir=place) as folder:
        yield Path(folder)
