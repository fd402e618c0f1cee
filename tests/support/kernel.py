"""What tests of the kernel share: registries of tasks, the whole contents of a database, and statements that fail."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, Engine, event, select

from airflow_provider_registry.registry import Actor, Caller, Producer, Registry
from airflow_provider_registry.registry.caller import Via
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database import clock as database_clock
from airflow_provider_registry.registry.database.tables import metadata

Contents = dict[str, list[tuple[Any, ...]]]

LIFTED = {"gates": [{"metric": "auc", "min_absolute_change": 0.0, "greater_is_better": True}]}
FLOOR = {"gates": [{"metric": "auc", "threshold": 0.8, "greater_is_better": True}]}


class World:
    """A registry, and a folder in which artifacts are made."""

    def __init__(self, registry: Registry, folder: Path) -> None:
        self.registry, self.folder = registry, folder

    @property
    def root(self) -> Path:
        """The folder that bytes are stored in."""
        root = self.registry._core.artifact_root
        assert root is not None
        return Path(root)

    def artifact(self, content: str = "one") -> Path:
        """A model file of this content."""
        (self.folder / "made").mkdir(exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self.folder / "made"))
        (folder / "model.pkl").write_text(content)
        return folder

    def register(self, content: str = "one", *, auc: float | None = None, model: str = "churn", **more: Any) -> Any:
        """Register a version of this content."""
        more.setdefault("environment", False)
        if auc is not None:
            more["metrics"] = {"auc": auc}
        return self.registry.register_version(model, self.artifact(content), **more)

    def versions(self, *aucs: float, model: str = "churn") -> World:
        """Register a version for each AUC, each of other bytes."""
        for auc in aucs:
            self.register(f"{auc}", auc=auc, model=model)
        return self

    def as_task(self, **producer: Any) -> World:
        """The same registry as a task of a run uses it."""
        known = {"instance_id": "one", "dag_id": "retrain", "run_id": "night", "task_id": "task"}
        return self.seen_by(
            Caller(Actor("airflow", "dag", "retrain"), Via.TASK, False, Producer(**{**known, **producer}))
        )

    def seen_by(self, caller: Caller) -> World:
        """The same registry as another caller uses it, on the same connections."""
        core = self.registry._core
        return World(Registry(Core(core.engine, caller, core.artifact_root)), self.folder)

    def types(self, model: str = "churn") -> list[str]:
        """The types of the events of a model."""
        return [event.type.value for event in self.registry.events(model_name=model)]

    def holders(self, alias: str = "production", model: str = "churn") -> list[int]:
        """The versions that held an alias, oldest first."""
        return [assignment.version for assignment in self.registry.history(model, alias)]


def contents(engine: Engine, without: tuple[str, ...] = ()) -> Contents:
    """Every row of every table of the registry."""
    found = {}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            if table.name not in without:
                rows = connection.execute(select(table).order_by(*table.primary_key.columns))
                found[table.name] = [tuple(map(str, row)) for row in rows]
    return found


def driver_of(connection: Connection) -> Any:
    """The driver's own connection, past SQLAlchemy."""
    return connection.connection.driver_connection


class Watch:
    """Counts the statements of an engine, and does something at one of them.

    Attributes:
        statements: sent since the watch began.
        committed: whether a transaction that appended an event was committed.
    """

    def __init__(self, at: int, do: Callable[[Connection], None]) -> None:
        self._at, self._do = at, do
        self.statements = 0
        self.done = False
        self.committed = self._appended = False

    def before(self, connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        self.statements += 1
        if self.statements == self._at and not self.done:
            self.done = True
            try:
                self._do(connection)
            except BaseException:
                cursor.close()  # SQLAlchemy 2.0 leaves it open, and psycopg warns of one on the server
                raise
        if statement.startswith("INSERT INTO registry_event"):
            self._appended = True

    def committing(self, connection: Connection) -> None:
        appended, self._appended = self._appended, False
        self.statements += 1
        if self.statements == self._at and not self.done:
            self.done = True
            self._do(connection)
        self.committed = self.committed or appended

    def undone(self, connection: Connection) -> None:
        self._appended = False


@contextmanager
def watching(engine: Engine, at: int, do: Callable[[Connection], None]) -> Iterator[Watch]:
    """Do something right before the n-th statement, COMMIT included."""
    watch = Watch(at, do)
    listeners: dict[str, Callable[..., Any]] = {
        "before_cursor_execute": watch.before,
        "commit": watch.committing,
        "rollback": watch.undone,
    }
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    try:
        yield watch
    finally:
        for name, listener in listeners.items():
            event.remove(engine, name, listener)


@contextmanager
def later(**time: float) -> Iterator[None]:
    """The database's clock goes ahead by so much, or behind."""
    by = timedelta(**time)
    with patch.object(database_clock, "local_time", lambda dialect: datetime.now(UTC) + by):
        yield


def stopped_clock(at: datetime = datetime(2026, 3, 3, 12, tzinfo=UTC)) -> Callable[[str], datetime]:
    """A clock of the database that stands still, for `clock.local_time`."""
    return lambda dialect: at
