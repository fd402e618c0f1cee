"""What is compared on artifacts: both sides do the same, and their figures are of it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from benchmarks.measure import Seconds
from benchmarks.setting import Setting
from benchmarks.works.artifacts import floor
from benchmarks.works.artifacts.peaks import peak
from benchmarks.works.artifacts.places import InS3, OnDisk, Place
from benchmarks.works.artifacts.trees import Tree, large_tree, small_tree

if TYPE_CHECKING:
    from tests.support.postgres import PostgresServer

MIB = 2**20


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    """Without servers."""
    return Setting(tmp_path, cast("PostgresServer", None), 0, 1, (), MIB, None)


@pytest.fixture
def trees(setting: Setting) -> list[Tree]:
    """One of each kind, small."""
    return [large_tree(setting.new_folder(), 9 * MIB + 5), small_tree(setting.new_folder(), 3)]


def run(place: Place, tree: Tree) -> list[Seconds]:
    """Each call twice, as a comparison makes them."""
    with place.opened(tree):
        up = [call() for _ in range(2) for call in (place.register, place.floor_up)]
        return up + [call() for _ in range(2) for call in (place.download, place.floor_down)]


def test_trees_are_of_the_size_they_say(trees):
    """And no MiB of a large file is like another."""
    for tree in trees:
        assert tree.size == sum((tree.folder / path).stat().st_size for path in tree.files)
    large = (trees[0].folder / "model.bin").read_bytes()
    assert len({large[start : start + MIB] for start in range(0, 9 * MIB, MIB)}) == 9
    assert ["9 MiB file", "3 files of 4 KiB"] == [str(tree) for tree in trees]


def test_the_floor_copies_and_digests_everything(trees, tmp_path):
    """Else it were none."""
    for number, tree in enumerate(trees):
        target = tmp_path / f"copy-{number}"
        digests = floor.copy(tree.folder, target)
        for path in tree.files:
            data = (tree.folder / path).read_bytes()
            assert data == (target / path).read_bytes()
            assert hashlib.sha256(data).hexdigest() == digests[str(tree.folder / path)]


def test_a_folder_is_compared(setting, trees):
    """Up and down, again and again; and memory."""
    for tree in trees:
        place = OnDisk(setting, setting.new_folder())
        assert all(seconds.value > 0 for seconds in run(place, tree))
        base, most = peak(place, tree)
        assert 0 < base <= most
        place.clear()


@pytest.mark.integration
@pytest.mark.xdist_group("swift")
def test_a_bucket_is_compared(setting, trees, swift, monkeypatch):
    """As boto3's own transfer does it."""
    for name, value in swift.environment.items():
        monkeypatch.setenv(name, value)  # what the place sets is set back after the test
    for tree in trees:
        place = InS3(setting, swift, setting.new_folder())
        assert all(seconds.value > 0 for seconds in run(place, tree))
        place.clear()
