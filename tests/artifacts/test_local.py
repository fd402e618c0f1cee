"""What only the store on a disk does."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from airflow_provider_registry.artifacts import local, local_tree
from airflow_provider_registry.artifacts.local import LocalStore
from airflow_provider_registry.artifacts.local_errors import local_errors
from airflow_provider_registry.artifacts.reader import verify_artifact
from airflow_provider_registry.artifacts.source import LocalSource
from airflow_provider_registry.errors import (
    DigestMismatchError,
    LeaseLostError,
    StorageDeniedError,
    StorageUnavailableError,
)
from tests.support.trees import NESTED, make_tree

T = TypeVar("T")


@pytest.fixture
def source(tmp_path: Path) -> LocalSource:
    """Something to store."""
    return LocalSource.scan(make_tree(tmp_path / "tree", NESTED))


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    """A store on an empty folder."""
    return LocalStore(tmp_path / "root")


def test_nothing_temporary_is_left(store, source):
    """After success, and after failure."""
    manifest = source.manifest()
    store.put(source, manifest, "churn")
    (source.path / "model.pkl").write_bytes(b"changed")
    (store.folder / "churn" / manifest.digest / "model.pkl").unlink()
    with pytest.raises(DigestMismatchError):
        store.put(source, manifest, "churn")
    assert {manifest.digest, f"{manifest.digest}.manifest.json"} == set(os.listdir(store.folder / "churn"))


def test_other_users_may_read_what_is_stored(store, source):
    """As far as the umask says: a server that reads the folder is seldom the user that wrote it."""
    manifest = source.manifest()
    umask = os.umask(0o022)
    try:
        store.put(source, manifest, "churn")
    finally:
        os.umask(umask)
    folder = store.folder / "churn" / manifest.digest
    assert folder.stat().st_mode & 0o777 == 0o755
    assert (folder / "model.pkl").stat().st_mode & 0o777 == 0o644


def test_a_file_in_the_place_of_a_folder_is_put_right(store, source):
    """A folder that was removed, an empty one that got lost: everything of the manifest is there again."""
    manifest = source.manifest()
    uri = store.put(source, manifest, "churn")
    folder = store.folder / "churn" / manifest.digest
    (folder / "hollow").rmdir()
    (folder / "a" / "b" / "c" / "deep.bin").unlink()
    (folder / "a" / "b" / "c").rmdir()
    store.put(source, manifest, "churn")
    verify_artifact(uri, manifest)
    assert (folder / "hollow").is_dir()


def test_a_symlink_in_the_place_of_a_file_is_found(store, source, tmp_path):
    """Even where it leads to the same bytes: they could be changed from elsewhere."""
    manifest = source.manifest()
    uri = store.put(source, manifest, "churn")
    file = store.folder / "churn" / manifest.digest / "model.pkl"
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DigestMismatchError, match="symlink"):
        verify_artifact(uri, manifest)


def test_only_old_temporary_folders_are_swept(store, source):
    """A young one may be a write at work."""
    manifest = source.manifest()
    uri = store.put(source, manifest, "churn")
    leftover = store.folder / "churn" / f".tmp-{manifest.digest}-0123"
    make_tree(leftover, {"new/x": b"12345"})
    now = datetime.now(UTC)
    assert store.sweep(now - timedelta(hours=1)) == 0
    assert leftover.exists()
    assert store.sweep(now + timedelta(hours=1)) == 5
    assert not leftover.exists()
    verify_artifact(uri, manifest)


class TestDelete:
    """Under a right that ends at the worst of moments."""

    def test_what_was_taken_out_when_the_right_had_ended_comes_back(self, store, source):
        """Its owner is told that nothing was removed."""
        manifest = source.manifest()
        uri = store.put(source, manifest, "churn")
        with pytest.raises(LeaseLostError):
            store.delete("churn", manifest.digest, Ended(manifest.digest))
        assert store.has("churn", manifest)
        verify_artifact(uri, manifest)
        assert {manifest.digest, f"{manifest.digest}.manifest.json"} == set(os.listdir(store.folder / "churn"))

    def test_what_somebody_stored_meanwhile_stays(self, store, source):
        """The old tree is then left over."""
        manifest = source.manifest()
        uri = store.put(source, manifest, "churn")
        with pytest.raises(LeaseLostError):
            store.delete("churn", manifest.digest, Ended(manifest.digest, lambda: store.put(source, manifest, "churn")))
        verify_artifact(uri, manifest)
        assert store.sweep(datetime.now(UTC) + timedelta(hours=1)) == manifest.size + len(manifest.to_bytes())
        verify_artifact(uri, manifest)

    def test_a_writer_that_wakes_up_during_a_removal_brings_no_half_of_a_tree(self, store, source, monkeypatch):
        """Its folder is not there any more, so that there is nothing to rename."""
        manifest = source.manifest()
        leftover = make_tree(store.folder / "churn" / f".tmp-{manifest.digest}-0123", {"new/x": b"1", "new/y": b"2"})
        remove = local_tree.remove

        def wake_up(path):
            with pytest.raises(FileNotFoundError):
                (leftover / "new").rename(store.folder / "churn" / manifest.digest)
            return remove(path)

        monkeypatch.setattr(local, "remove", wake_up)
        assert store.delete("churn", manifest.digest) == 2
        make_tree(leftover, {"new/x": b"1", "new/y": b"2"})
        assert store.sweep(datetime.now(UTC) + timedelta(hours=1)) == 2
        assert [] == list(store.artifacts())


class Ended:
    """A right whose end shows only after the step was taken; something may happen in between."""

    def __init__(self, digest: str, meanwhile: Callable[[], object] = lambda: None) -> None:
        self._digest, self._meanwhile = digest, meanwhile

    def check(self) -> None:
        raise AssertionError("a disk needs no more than `run`")

    def run(self, step: Callable[[], T]) -> T:
        step()
        self._meanwhile()
        raise LeaseLostError(self._digest)


@pytest.mark.parametrize("name", ["churn", "growth/churn"])
def test_the_place_of_a_stored_artifact_is_read_from_its_uri(store, name):
    """As far as it is of this root, as it is called here."""
    digest = "a" * 64
    assert name == store.name_at(store.uri(name, digest), digest)
    for other in (f"{store.root}/{name}/{'b' * 64}", f"file:///mounted/{name}/{digest}", f"{store.root}/{digest}"):
        assert store.name_at(other, digest) is None


def test_a_temporary_folder_alone_is_listed_as_incomplete(store):
    """So that a garbage collection learns of it."""
    make_tree(store.folder / "growth" / "churn" / f".tmp-{'a' * 64}-0123", {"new/x": b"12345"})
    [found] = store.artifacts()
    assert ("growth/churn", "a" * 64, 5, False) == (found.model_name, found.digest, found.size, found.complete)
    assert store.delete("growth/churn", "a" * 64) == 5
    assert [] == list(store.artifacts())


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.EACCES, StorageDeniedError),
        (errno.EROFS, StorageDeniedError),
        (errno.ENOSPC, StorageUnavailableError),
        (errno.EIO, StorageUnavailableError),
    ],
)
def test_what_the_disk_answers_is_named(number, expected):
    """With the path and what to do."""
    with pytest.raises(expected, match="/srv/models: "), local_errors("/srv/models"):
        raise OSError(number, os.strerror(number))


def test_a_root_that_is_a_file_is_named(store, source):
    """Somebody wrote where the artifacts should go."""
    store.folder.write_bytes(b"")
    with pytest.raises(StorageUnavailableError, match="root"):
        store.put(source, source.manifest(), "churn")
