"""Where the works run: the databases, with the same durability for all, the sizes, and MLflow beside."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.mlflow.peer import MLflow
from tests.support.postgres import PostgresServer, create_database, running_postgres

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@dataclass
class Setting:
    """What a work is given.

    Attributes:
        folder: for files of its own, on a real disk.
        server: a PostgreSQL of its own, all of whose commits reach the disk.
        rounds: counted calls of a work that takes milliseconds.
        sizes: numbers of versions of the works that ask how large a registry may grow.
        file_size: bytes of the large artifact.
        mlflow: makes MLflow's stores; None where it is left out.
    """

    folder: Path
    server: PostgresServer
    rounds: int
    sizes: tuple[int, ...]
    file_size: int
    mlflow: MLflow | None
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def new_url(self, database: str) -> str:
        """An empty database of its own."""
        if database == POSTGRESQL:
            return create_database(self.server)
        return f"sqlite:///{self.new_folder() / 'registry.db'}"

    def new_folder(self) -> Path:
        """An empty folder of its own."""
        made = self.folder / str(next(self._numbers))
        made.mkdir()
        return made


@contextmanager
def open_setting(
    folder: Path, *, rounds: int, sizes: tuple[int, ...], file_size: int, with_mlflow: bool
) -> Iterator[Setting]:
    """Start what the works need, and stop it again."""
    with running_postgres(durable=True) as server:
        yield Setting(folder, server, rounds, sizes, file_size, MLflow.installed() if with_mlflow else None)
