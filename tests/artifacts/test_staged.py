"""Bytes that are digested while they are copied into the store: the same artifact as in two passes."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.artifacts.progress import Counter
from airflow_provider_registry.artifacts.reader import verify_artifact
from airflow_provider_registry.artifacts.source import LocalSource
from airflow_provider_registry.artifacts.staged import StagedSource
from airflow_provider_registry.errors import DigestMismatchError, InvalidArtifactError
from tests.support.stores import LocalWorld, World
from tests.support.trees import make_tree

TREE = {"a.bin": b"a" * 3_000_000, "deep/er/b.bin": b"b", "empty.bin": b""}
MODEL = "churn"


@pytest.fixture
def source(tmp_path: Path) -> LocalSource:
    """Files, and an empty folder."""
    folder = make_tree(tmp_path / "tree", TREE)
    (folder / "nothing").mkdir()
    return LocalSource.scan(folder)


@pytest.fixture
def local(tmp_path: Path) -> LocalWorld:
    """A folder."""
    return LocalWorld(tmp_path / "root")


def put(world: World, staged: StagedSource, progress: Counter | None = None) -> str:
    """Store it, and close it as a registration does."""
    try:
        return world.store().put(staged, staged.manifest, MODEL, progress)
    finally:
        staged.close()


def whole(world: World, manifest: Manifest) -> bool:
    """Whether the artifact is stored and right, and nothing else is there."""
    verify_artifact(world.store().uri(MODEL, manifest.digest), manifest, s3_client=world.client)
    [found] = world.store().artifacts()
    expected = {f"{MODEL}/{manifest.digest}/{file.path}" for file in manifest.files}
    return found.complete and world.names() == expected | {f"{MODEL}/{manifest.digest}.manifest.json"}


def test_it_is_what_two_passes_make(world, source):
    """On every store; progress is told of every byte, in each phase."""
    progress = Counter()
    staged = world.store().stage(source, MODEL, progress)
    assert (3, 3_000_001) == (progress.files_done, progress.bytes_done)
    assert source.manifest() == staged.manifest
    put(world, staged, progress)
    assert (3, 3_000_001) == (progress.files_done, progress.bytes_done)
    assert whole(world, staged.manifest)


def test_on_a_disk_the_source_is_read_once(local, source):
    """What changes or goes afterwards does not matter: the copy is what was digested."""
    staged = local.store().stage(source, MODEL)
    shutil.rmtree(source.path)
    put(local, staged)
    assert whole(local, staged.manifest)


def test_a_copy_that_was_removed_is_made_again(local, source):
    """By gc without a grace period: nothing guards it, and nothing needs it."""
    staged = local.store().stage(source, MODEL)
    [found] = local.store().artifacts()
    assert (MODEL, False) == (found.model_name, found.complete)
    assert staged.manifest.size == local.store().delete(MODEL, found.digest)
    put(local, staged)
    assert whole(local, staged.manifest)


def test_a_source_that_changed_after_its_copy_was_removed_is_found(local, source):
    """Then it is read again, and every byte is checked."""
    staged = local.store().stage(source, MODEL)
    local.store().sweep(datetime.now(UTC) + timedelta(hours=1))
    (source.path / "a.bin").write_bytes(b"x" * 3_000_000)
    with pytest.raises(DigestMismatchError, match="changed while"):
        put(local, staged)
    assert set() == local.names()


def test_a_second_put_needs_no_copy(local, source):
    """A registration whose lease lapsed stores again, and gc may have been there."""
    staged = local.store().stage(source, MODEL)
    for _ in range(2):
        local.store().put(staged, staged.manifest, MODEL)
        local.store().delete(MODEL, staged.manifest.digest)
    put(local, staged)
    assert whole(local, staged.manifest)


def test_a_damaged_artifact_is_mended(local, source):
    """What is there is read, not trusted, whatever was copied."""
    put(local, local.store().stage(source, MODEL))
    manifest = source.manifest()
    local.write(f"{MODEL}/{manifest.digest}/a.bin", b"y" * 3_000_000)
    put(local, local.store().stage(source, MODEL))
    assert whole(local, manifest)


def test_a_disk_that_takes_no_copy_gets_none(local, source, monkeypatch):
    """The bytes may be stored already: they are digested all the same, and nothing is left."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("airflow_provider_registry.artifacts.local.take", full)
    staged = local.store().stage(source, MODEL)
    assert staged.tree is None
    assert source.manifest() == staged.manifest
    put(local, staged)
    assert whole(local, staged.manifest)


def test_a_source_that_cannot_be_read_is_an_error_and_leaves_nothing(local, source):
    """As in two passes."""
    (source.path / "a.bin").unlink()
    (source.path / "a.bin").symlink_to(source.path / "empty.bin")
    with pytest.raises(InvalidArtifactError, match=r"a\.bin"):
        local.store().stage(source, MODEL)
    assert set() == local.names()


def test_what_was_not_stored_is_removed_when_closed(local, source):
    """A registration that is refused afterwards."""
    staged = local.store().stage(source, MODEL)
    assert local.names() != set()
    staged.close()
    assert set() == local.names()
