"""Databases that go back to a moment that was kept, as often as one likes."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from pathlib import Path

import psycopg
from psycopg import sql

from airflow_provider_registry.registry.database.tables import metadata
from tests.support.postgres import PostgresServer, create_database, drop_database, dsn_of


class Database(ABC):
    """A registry's database.

    Attributes:
        url: where it is now; another after it went back.
    """

    url: str

    @abstractmethod
    def keep(self) -> None:
        """Keep this moment. Nobody may be connected."""

    @abstractmethod
    def restore(self) -> None:
        """Go back to the moment that was kept, whoever is connected."""

    @abstractmethod
    def even(self) -> None:
        """Wait until what a killed process had begun is undone, and have numbers go on as if it had not been."""


class SqliteDatabase(Database):
    """A file."""

    def __init__(self, folder: Path, template: str | None) -> None:
        self._file, self._kept = folder / "work.db", folder / "kept.db"
        self.url = f"sqlite:///{self._file}"
        if template:
            shutil.copyfile(template.removeprefix("sqlite:///"), self._file)

    def keep(self) -> None:
        if self._file.exists():
            shutil.copyfile(self._file, self._kept)

    def restore(self) -> None:
        for suffix in ("", "-wal", "-shm", "-journal"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        if self._kept.exists():
            shutil.copyfile(self._kept, self._file)

    def even(self) -> None:
        """What was begun is undone by the next who opens the file, and so are its numbers."""


class PostgresDatabase(Database):
    """One of a server."""

    def __init__(self, server: PostgresServer, template: str | None) -> None:
        self._server = server
        self.url = create_database(server, template)
        self._kept = ""

    def keep(self) -> None:
        self._kept = create_database(self._server, self.url)

    def restore(self) -> None:
        drop_database(self._server, self.url)
        self.url = create_database(self._server, self._kept)

    def even(self) -> None:
        """Sequences count what was undone too: a gap says nothing, and would hide what does."""
        with psycopg.connect(dsn_of(self.url)) as connection:
            for table in metadata.sorted_tables:
                name = sql.Identifier(table.name)
                connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(name))
            for table in metadata.sorted_tables:
                column = table.autoincrement_column
                if column is not None:
                    named = sql.SQL("pg_get_serial_sequence({}, {})").format(table.name, column.name)
                    highest = sql.SQL("SELECT setval({}::regclass, coalesce(max({}), 0) + 1, false) FROM {}")
                    names = sql.Identifier(column.name), sql.Identifier(table.name)
                    connection.execute(highest.format(named, *names))
