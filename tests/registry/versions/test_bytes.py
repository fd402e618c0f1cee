"""The bytes of a registration: what is large is copied to the store's disk in the pass that digests it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from airflow_provider_registry.artifacts.local import LocalStore
from airflow_provider_registry.artifacts.source import LocalSource
from airflow_provider_registry.errors import InvalidMetadataError, RootOwnershipError
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.versions import bytes, register


@pytest.fixture(autouse=True)
def staged(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Everything counts as large; the folders that are staged."""
    monkeypatch.setattr(bytes, "STAGED_FROM", 0)
    stage, folders = LocalStore.stage, []

    def listening(self: LocalStore, source: LocalSource, *arguments: Any) -> Any:
        folders.append(source.path)
        return stage(self, source, *arguments)

    monkeypatch.setattr(LocalStore, "stage", listening)
    return folders


def files(world: Any) -> set[str]:
    """Everything under the root but the marks of its owner."""
    found = {path.relative_to(world.root).as_posix() for path in world.root.rglob("*") if path.is_file()}
    return {name for name in found if not name.startswith(".model-registry/")}


def test_a_staged_version_is_what_another_is(world, monkeypatch, staged):
    """The same digest, the same bytes, and a repeat of the same act gives the same version."""
    first = world.as_task().register("one")
    assert first == world.as_task().register("one")
    assert len(staged) == 2
    monkeypatch.setattr(bytes, "STAGED_FROM", 2**40)
    plain = world.register("one")
    assert len(staged) == 2
    assert (first.digest, first.uri) == (plain.digest, plain.uri)
    world.registry.verify_artifact(first.reference)
    assert {f"churn/{first.digest}/model.pkl", f"churn/{first.digest}.manifest.json"} == files(world)


def test_a_registration_that_fails_leaves_no_copy(world, monkeypatch, staged):
    """Whatever it fails of after the copy was made."""

    def refuse(*_: object, **__: object) -> None:
        raise InvalidMetadataError("The schema was changed meanwhile.")

    monkeypatch.setattr(register, "_store_and_write", refuse)
    with pytest.raises(InvalidMetadataError):
        world.register("one")
    assert len(staged) == 1
    assert set() == files(world)


def test_nothing_is_copied_into_the_root_of_another_registry(world, tmp_path, staged):
    """It is asked whose the root is before the first byte."""
    world.register("one")
    before = files(world)
    with Registry.connect(f"sqlite:///{tmp_path}/other.db", artifact_root=world.root) as other:
        other.migrate()
        with pytest.raises(RootOwnershipError):
            other.register_version("churn", world.artifact("two"))
    assert len(staged) == 1
    assert before == files(world)
