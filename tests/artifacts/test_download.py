"""Downloads, and what may be at their destination."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from airflow_provider_registry.artifacts import download
from airflow_provider_registry.artifacts.download import download_artifact
from airflow_provider_registry.artifacts.local import LocalStore
from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.artifacts.source import LocalSource
from airflow_provider_registry.errors import InvalidArtifactError
from tests.support.trees import NESTED, make_tree, read_tree

Stored = tuple[str, Manifest]


@pytest.fixture
def stored(tmp_path: Path) -> Stored:
    """The URI and the manifest of a stored tree."""
    source = LocalSource.scan(make_tree(tmp_path / "tree", NESTED))
    manifest = source.manifest()
    return LocalStore(tmp_path / "root").put(source, manifest, "churn"), manifest


def fetch(stored: Stored, destination: str | Path) -> Path:
    """Download what is stored."""
    uri, manifest = stored
    return download_artifact(uri, manifest, destination)


class TestDestination:
    def test_folders_on_the_way_are_made(self, stored, tmp_path):
        """The destination is given, not prepared."""
        path = fetch(stored, tmp_path / "some" / "where" / "model")
        assert dict(NESTED) == read_tree(path)

    def test_an_empty_folder_is_filled(self, stored, tmp_path):
        """A temporary folder that was made for it, say."""
        (tmp_path / "out").mkdir()
        assert dict(NESTED) == read_tree(fetch(stored, tmp_path / "out"))

    def test_an_empty_folder_behind_a_symlink_is_filled(self, stored, tmp_path):
        """The link stays."""
        (tmp_path / "real").mkdir()
        (tmp_path / "out").symlink_to("real")
        assert tmp_path / "out" == fetch(stored, tmp_path / "out")
        assert dict(NESTED) == read_tree(tmp_path / "real")
        assert (tmp_path / "out").is_symlink()

    def test_a_relative_path_is_from_here(self, stored, tmp_path, monkeypatch):
        """And comes back absolute."""
        monkeypatch.chdir(tmp_path)
        assert tmp_path / "out" == fetch(stored, "out")

    def test_doing_it_again_reads_and_returns_what_is_there(self, stored, tmp_path):
        """A retry finds its own work."""
        first = fetch(stored, tmp_path / "out")
        inode = first.stat().st_ino
        assert first == fetch(stored, tmp_path / "out")
        assert inode == first.stat().st_ino

    @pytest.mark.parametrize(
        "change",
        [
            lambda out: (out / "model.pkl").write_bytes(b"WEIGHTS"),
            lambda out: (out / "model.pkl").unlink(),
            lambda out: (out / "more").write_bytes(b""),
            lambda out: (out / "more").mkdir(),
            lambda out: (out / "hollow").rmdir(),
            lambda out: (out / "more").symlink_to("model.pkl"),
        ],
    )
    def test_anything_else_is_refused_and_not_touched(self, stored, tmp_path, change):
        """It may be somebody's work."""
        change(fetch(stored, tmp_path / "out"))
        before = sorted(path.name for path in (tmp_path / "out").rglob("*"))
        with pytest.raises(InvalidArtifactError, match="is not this artifact"):
            fetch(stored, tmp_path / "out")
        assert before == sorted(path.name for path in (tmp_path / "out").rglob("*"))

    @pytest.mark.parametrize("kind", ["file", "broken symlink"])
    def test_what_is_no_folder_is_refused(self, stored, tmp_path, kind):
        """Nothing is written over."""
        if kind == "file":
            (tmp_path / "out").write_bytes(b"mine")
        else:
            (tmp_path / "out").symlink_to("nowhere")
        with pytest.raises(InvalidArtifactError, match="is not this artifact"):
            fetch(stored, tmp_path / "out")
        assert not (tmp_path / "nowhere").exists()

    def test_a_long_name_is_no_trouble(self, stored, tmp_path):
        """The temporary folder's name does not grow with it."""
        assert dict(NESTED) == read_tree(fetch(stored, tmp_path / ("x" * 255)))


class TestLeftovers:
    def test_those_of_the_dead_are_removed_and_those_of_the_living_stay(self, stored, tmp_path):
        """The kernel unlocks what a killed process held."""
        prefix = download._prefix(tmp_path / "out")
        make_tree(tmp_path, {f"{prefix}dead/new/x": b"1", f"{prefix}alive/new/x": b"1"})
        lock = os.open(tmp_path / f"{prefix}alive", os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            fetch(stored, tmp_path / "out")
        finally:
            os.close(lock)
        assert not (tmp_path / f"{prefix}dead").exists()
        assert (tmp_path / f"{prefix}alive" / "new" / "x").exists()

    def test_those_of_other_destinations_and_hosts_stay(self, stored, tmp_path):
        """Whether they live cannot be told from here."""
        others = [
            tmp_path / f".model-download-{'0' * 12}-{'0' * 8}-1",
            tmp_path / f"{download._prefix(tmp_path / 'x')}1",
        ]
        for other in others:
            other.mkdir()
        fetch(stored, tmp_path / "out")
        assert all(other.exists() for other in others)
