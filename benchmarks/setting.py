"""Where the works run: the databases, with the same durability for all, the sizes, and MLflow beside."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import make_url

from benchmarks.distance import DELAY, far_from
from benchmarks.mlflow.peer import MLflow
from tests.support.postgres import PostgresServer, create_database, running_postgres

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
DISTANT = f"PostgreSQL, {2_000 * DELAY:g} ms away"


@dataclass
class Setting:
    """What a work is given.

    Attributes:
        folder: for files of its own, on a real disk.
        server: a PostgreSQL of its own, all of whose commits reach the disk.
        far_port: of this host, behind which the same server is a network away.
        rounds: counted calls of a work that takes milliseconds.
        sizes: numbers of versions of the works that ask how large a registry may grow.
        file_size: bytes of the large artifact.
        mlflow: makes MLflow's stores; None where it is left out.
    """

    folder: Path
    server: PostgresServer
    far_port: int
    rounds: int
    sizes: tuple[int, ...]
    file_size: int
    mlflow: MLflow | None
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def new_url(self, database: str) -> str:
        """An empty database of its own."""
        if database == POSTGRESQL:
            return create_database(self.server)
        if database == DISTANT:
            near = make_url(create_database(self.server))
            far = near.set(host="127.0.0.1", port=self.far_port, query={"sslmode": "disable"})
            return far.render_as_string(hide_password=False)
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
    with running_postgres(durable=True) as server, far_from(_socket(server)) as port:
        yield Setting(folder, server, port, rounds, sizes, file_size, MLflow.installed() if with_mlflow else None)


def _socket(server: PostgresServer) -> str:
    folder = server.url.query["host"]
    assert isinstance(folder, str)
    return f"{folder}/.s.PGSQL.{server.url.port or 5432}"
