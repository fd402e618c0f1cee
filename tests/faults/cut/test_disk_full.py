"""A disk without room: of artifacts, of a download, of the database. It is said so, and goes on once there is room."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql
from sqlalchemy import event

from airflow_provider_registry.artifacts.local import LocalStore
from airflow_provider_registry.errors import DatabaseUnavailableError, StorageUnavailableError
from airflow_provider_registry.registry import Registry
from tests.faults.cut.mounts import fill, no_file_over, small_disk
from tests.support.kernel import World, contents
from tests.support.postgres import PostgresServer, create_database, drop_database

LARGE = 600_000


@pytest.fixture
def backend() -> str:
    """The tests of artifacts need one database, and PostgreSQL's are further down."""
    return "sqlite"


@contextmanager
def limited(folder: Path) -> Iterator[Callable[[], None]]:
    """No file as large as the artifact may be written; gives what makes room."""
    folder.mkdir()
    with ExitStack() as limit:
        limit.enter_context(no_file_over(LARGE // 2))
        yield limit.close


@contextmanager
def mounted(folder: Path) -> Iterator[Callable[[], None]]:
    """A disk that is full, but for what an empty folder takes; gives what makes room."""
    with small_disk(folder, 4 * LARGE):
        filler = fill(folder)
        with filler.open("r+b") as file:
            file.truncate(4 * LARGE - LARGE // 2 - LARGE // 4)
        yield filler.unlink


@pytest.fixture(params=[limited, mounted])
def full(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_an_artifact_that_does_not_fit_is_refused_whole_and_registered_once_there_is_room(world, tmp_path, full):
    artifact = world.artifact("x" * LARGE)
    world.registry.create_model("churn")
    before = contents(world.registry.engine)
    with full(tmp_path / "artifacts") as make_room:
        with pytest.raises(StorageUnavailableError, match="then try again"):
            world.registry.register_version("churn", artifact, key="k", environment=False)
        after = contents(world.registry.engine, ("registry_identity",))
        assert {**before, "registry_identity": []} == {**after, "registry_identity": []}
        assert not list(LocalStore(world.root).artifacts())
        make_room()
        assert world.registry.register_version("churn", artifact, key="k", environment=False).version == 1
        world.registry.verify_artifact("models:/churn/1")


def test_a_download_that_does_not_fit_leaves_nothing_and_comes_once_there_is_room(world, tmp_path, full):
    world.register("x" * LARGE)
    with full(tmp_path / "there") as make_room:
        there = set((tmp_path / "there").iterdir())
        with pytest.raises(StorageUnavailableError, match="then try again"):
            world.registry.download("models:/churn/1", tmp_path / "there" / "model")
        assert there == set((tmp_path / "there").iterdir())
        make_room()
        world.registry.download("models:/churn/1", tmp_path / "there" / "model")
        assert (tmp_path / "there" / "model" / "model.pkl").read_text() == "x" * LARGE


def test_a_full_sqlite_is_said_to_be_full_and_goes_on_once_there_is_room(world):
    """SQLite counts its pages itself, so that no disk need be full."""
    world.registry.create_model("churn")
    world.registry.engine.dispose()
    pages: list[str] = ["PRAGMA max_page_count = 1"]  # what there is already may stay

    def limit(connection: object, _: object) -> None:
        connection.execute(pages[0])  # type: ignore[attr-defined]

    event.listen(world.registry.engine, "connect", limit)
    before = contents(world.registry.engine)
    with pytest.raises(DatabaseUnavailableError, match="full"):
        world.registry.register_version("churn", world.artifact(), key="k", metadata={"a": "x" * LARGE})
    assert before["registry_event"] == contents(world.registry.engine)["registry_event"]
    pages[0] = "PRAGMA max_page_count = 4294967294"
    world.registry.engine.dispose()
    assert world.registry.register_version("churn", world.artifact(), key="k", metadata={"a": "x" * LARGE}).version == 1
    world.registry.verify_record("churn")


@pytest.mark.postgres
def test_a_full_postgresql_is_said_to_be_full_and_goes_on_once_there_is_room(postgres, template, tmp_path):
    data = Path(postgres.url.query["host"])
    folder, owner = data.parent / "small", data.stat().st_uid
    with (
        small_disk(folder, 40_000_000, owner),
        on_disk(postgres, folder, template("postgresql")) as url,
        Registry.connect(url, artifact_root=tmp_path / "root", actor="tester") as registry,
    ):
        world = World(registry, tmp_path)
        registry.create_model("churn")
        before = contents(registry.engine)
        filler = fill(folder)
        with pytest.raises(DatabaseUnavailableError, match="No space left|full"):
            registry.register_version("churn", world.artifact(), key="k", description="x" * LARGE)
        assert before["registry_event"] == contents(registry.engine)["registry_event"]
        filler.unlink()
        assert registry.register_version("churn", world.artifact(), key="k", description="x" * LARGE).version == 1
        registry.verify_record("churn")


@contextmanager
def on_disk(server: PostgresServer, folder: Path, template: str) -> Iterator[str]:
    """A database all of whose tables lie on a disk of their own."""
    space = sql.Identifier("small")
    server.execute(sql.SQL("CREATE TABLESPACE {} LOCATION {}").format(space, sql.Literal(str(folder))))
    url = create_database(server, template, space="small")
    try:
        yield url
    finally:
        drop_database(server, url)
        server.execute(sql.SQL("DROP TABLESPACE {}").format(space))
