"""Folders in which nothing can be written: it is said so, and what only reads goes on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from airflow_provider_registry.errors import DatabaseDeniedError, DatabaseUnavailableError, StorageDeniedError
from airflow_provider_registry.registry import Registry
from tests.faults.cut.mounts import read_only
from tests.support.kernel import World, contents


@pytest.fixture
def backend() -> str:
    """What is read-only is a folder, whatever database there is."""
    return "sqlite"


@pytest.fixture
def world(world: World) -> World:
    return world.versions(0.8)


def test_a_root_that_is_read_only_takes_nothing_and_gives_everything(world, tmp_path):
    before = contents(world.registry.engine)
    (lost := world.root / "churn" / ("0" * 64)).mkdir()
    with read_only(world.root / "churn"):
        with pytest.raises(StorageDeniedError, match="Give the user of this process the right"):
            world.register("new", key="k")
        assert before == contents(world.registry.engine)
        with pytest.raises(StorageDeniedError, match="Give the user of this process the right"):
            world.registry.gc(grace=timedelta(0))
        world.registry.download("models:/churn/1", tmp_path / "out")
        world.registry.promote("churn", 1, "production")
    assert world.register("new", key="k").version == 2
    world.registry.gc(grace=timedelta(0))
    assert not lost.exists()


def test_a_download_into_a_read_only_folder_is_refused(world, tmp_path):
    (tmp_path / "there").mkdir()
    with (
        read_only(tmp_path / "there"),
        pytest.raises(StorageDeniedError, match="Give the user of this process the right"),
    ):
        world.registry.download("models:/churn/1", tmp_path / "there" / "model")
    assert not list((tmp_path / "there").iterdir())


def test_a_sqlite_in_a_read_only_folder_refuses_acts_by_name(tmp_path, template):
    folder = tmp_path / "database"
    folder.mkdir()
    file = folder / "registry.db"
    file.write_bytes(Path(template("sqlite").removeprefix("sqlite:///")).read_bytes())
    file.chmod(0o444)
    with (
        read_only(folder),
        Registry.connect(f"sqlite:///{file}", actor="tester") as registry,
        pytest.raises((DatabaseDeniedError, DatabaseUnavailableError), match="database"),
    ):
        registry.create_model("churn")
