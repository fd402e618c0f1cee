"""A database in which all that can happen happened, in which edits are made and undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from airflow_provider_registry.errors import ModelNotFoundError, RecordTamperedError
from airflow_provider_registry.registry import Registry
from tests.faults.tampered.edits import Edit, Rows, edited, read, write
from tests.faults.tampered.world import MODELS, fill
from tests.support.kernel import driver_of
from tests.support.postgres import PostgresServer, create_database, drop_database

Found = RecordTamperedError | ModelNotFoundError


@dataclass
class Tampered:
    """A registry, and every row in it as it was written."""

    registry: Registry
    before: dict[str, Rows]

    @classmethod
    def of(cls, registry: Registry, folder: Path) -> Tampered:
        """Fill a registry."""
        fill(registry, folder)
        with all_rights(registry) as connection:
            found = cls(registry, read(connection))
        assert found.look() is None
        return found

    def found(self, edit: Edit) -> Found | str | None:
        """What is found of an edit, which is undone: an error, the database's own refusal, or nothing."""
        try:
            with all_rights(self.registry) as connection:
                write(connection, edit.table, edited(edit, self.before[edit.table]))
        except IntegrityError as error:
            return f"the database refuses it: {error}"
        try:
            return self.look()
        finally:
            with all_rights(self.registry) as connection:
                write(connection, edit.table, self.before[edit.table])

    def look(self) -> Found | None:
        """The first thing that is wrong with any model's record."""
        for name in MODELS:
            try:
                self.registry.verify_record(name)
            except (RecordTamperedError, ModelNotFoundError) as error:
                return error
        return None


@contextmanager
def all_rights(registry: Registry) -> Iterator[Connection]:
    """A transaction of somebody whom not even foreign keys stop."""
    with registry.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            driver_of(connection).execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
                yield connection
        finally:
            if connection.dialect.name == "sqlite":
                driver_of(connection).execute("PRAGMA foreign_keys = ON")


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tampered]:
    """On SQLite."""
    folder = tmp_path_factory.mktemp("tampered")
    with Registry.connect(f"sqlite:///{folder / 'registry.db'}", artifact_root=folder / "root", actor="tester") as made:
        made.migrate()
        yield Tampered.of(made, folder)


@pytest.fixture(scope="module")
def on_postgresql(
    postgres: PostgresServer, template: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tampered]:
    """On PostgreSQL."""
    folder = tmp_path_factory.mktemp("tampered")
    url = create_database(postgres, template("postgresql"))
    with Registry.connect(url, artifact_root=folder / "root", actor="tester") as made:
        yield Tampered.of(made, folder)
    drop_database(postgres, url)
