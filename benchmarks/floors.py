"""The floor of registrations by many at once: their rows, written by the plain driver under the model's lock.

It reads and digests the file as the registry does, since the comparison is not about bytes. Otherwise it hashes nothing
that it did not have before, checks nothing, and finds no repeats.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import psycopg
from sqlalchemy import Engine, make_url, text

from benchmarks.mlflow.serving import serve
from benchmarks.sample import METADATA, METRICS, TAGS
from tests.support.postgres import dsn_of

DIGEST = "0" * 64
_BODY = json.dumps({"payload": {"digest": DIGEST, "metadata": METADATA, "metrics_digest": DIGEST}}).encode()
_PRIVATE = json.dumps({"actor": {"issuer": "python", "subject": "benchmark", "name": "benchmark"}}).encode()


# What every act ends with. Values are marked as PostgreSQL's driver has it, here and wherever `Run` is given them.
EVENT = (
    "INSERT INTO registry_event (model_id, seq, type, at, version, alias, act_key, fingerprint, body, hash, private, "
    "private_key) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
HEAD = "UPDATE registry_model SET last_version = %s, head_seq = %s, head_hash = %s, head_at = %s WHERE id = %s"
_VERSION = (
    "INSERT INTO registry_version (model_id, version, digest, uri, storage, mutable, description, metadata, is_test, "
    "created_at, created_by) VALUES (%s, %s, %s, %s, 'reference', true, '', %s, false, %s, 'ana')"
)

# Runs a statement with its values, and gives the cursor.
Run = Callable[[Any, Sequence[Any]], Any]


class Floor(ABC):
    """A plain driver's connection to a migrated database whose models each have the artifact of `DIGEST`.

    Attributes:
        run: a statement in a transaction of its own.
        locking: what a statement ends with that locks the model.
    """

    run: Run
    locking: str

    @abstractmethod
    def transaction(self) -> AbstractContextManager[Run]:
        """Commit in the end what is run by what it gives."""

    @abstractmethod
    def now(self, run: Run) -> Any:
        """The time by the database's clock."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection."""

    def register(self, model: str, artifact: str) -> None:
        """Write a version of a model.

        Parameters:
            artifact: URI of a local file.
        """
        with Path(url2pathname(urlsplit(artifact).path)).open("rb") as file:
            hashlib.file_digest(file, "sha256")
        with self.transaction() as run:
            id, last, seq, now = self._lock(run, model)
            self._write(run, [id, last + 1, DIGEST, artifact, json.dumps(METADATA), now])
            hash = secrets.token_hex(32)
            written = ["version.registered", now, last + 1, None, hash, DIGEST, _BODY, hash]
            run(EVENT, [id, seq + 1, *written, _PRIVATE, secrets.token_bytes(32)])
            run(HEAD, [last + 1, seq + 1, hash, now, id])

    @abstractmethod
    def _lock(self, run: Run, model: str) -> tuple[int, int, int, Any]:
        """Lock a model; gives its id, its last version, the place of its last event, and the time."""

    @abstractmethod
    def _write(self, run: Run, version: Sequence[Any]) -> None:
        """Write the row of a version, its metrics and its tags."""


class PostgresFloor(Floor):
    """On PostgreSQL: metrics and tags go as arrays, one statement each."""

    locking = " FOR UPDATE OF m"

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(dsn_of(url), autocommit=True)
        self.run = self._connection.execute

    @contextmanager
    def transaction(self) -> Iterator[Run]:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            yield cursor.execute

    def now(self, run: Run) -> Any:
        return run("SELECT clock_timestamp()", []).fetchone()[0]

    def close(self) -> None:
        self._connection.close()

    def _lock(self, run: Run, model: str) -> tuple[int, int, int, Any]:
        found: tuple[int, int, int, Any] = run(
            "SELECT m.id, m.last_version, m.head_seq, clock_timestamp() FROM registry_model m "
            "JOIN registry_model_name n ON n.model_id = m.id WHERE n.folded = %s FOR UPDATE OF m",
            [model],
        ).fetchone()
        return found

    def _write(self, run: Run, version: Sequence[Any]) -> None:
        made = run(_VERSION + " RETURNING id", version).fetchone()[0]
        run(
            "INSERT INTO registry_metric (version_id, name, phase, dataset, slice, value) "
            "SELECT %s, name, 'validation', '', '', value FROM unnest(%s::text[], %s::float8[]) AS m (name, value)",
            [made, list(METRICS), list(METRICS.values())],
        )
        run(
            "INSERT INTO registry_tag (version_id, key, value, value_head) "
            "SELECT %s, key, value, value FROM unnest(%s::text[], %s::text[]) AS t (key, value)",
            [made, list(TAGS), list(TAGS.values())],
        )


class SqliteFloor(Floor):
    """On SQLite, with the durability of the registry."""

    locking = ""

    def __init__(self, url: str) -> None:
        self._connection = sqlite3.connect(make_url(url).database or "", timeout=120, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self._connection.execute(f"PRAGMA {pragma}")

    def run(self, statement: Any, values: Sequence[Any]) -> Any:
        return self._connection.execute(statement.replace("%s", "?"), values)

    @contextmanager
    def transaction(self) -> Iterator[Run]:
        self._connection.execute("BEGIN IMMEDIATE")
        yield self.run
        self._connection.execute("COMMIT")

    def now(self, run: Run) -> Any:
        return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"

    def close(self) -> None:
        self._connection.close()

    def _lock(self, run: Run, model: str) -> tuple[int, int, int, Any]:
        id, last, seq = run(
            "SELECT m.id, m.last_version, m.head_seq FROM registry_model m "
            "JOIN registry_model_name n ON n.model_id = m.id WHERE n.folded = %s",
            [model],
        ).fetchone()
        return id, last, seq, self.now(run)

    def _write(self, run: Run, version: Sequence[Any]) -> None:
        made = run(_VERSION, version).lastrowid
        self._connection.executemany(
            "INSERT INTO registry_metric (version_id, name, phase, dataset, slice, value) "
            "VALUES (?, ?, 'validation', '', '', ?)",
            [(made, name, value) for name, value in METRICS.items()],
        )
        self._connection.executemany(
            "INSERT INTO registry_tag (version_id, key, value, value_head) VALUES (?, ?, ?, ?)",
            [(made, key, value, value) for key, value in TAGS.items()],
        )


def know_digest(engine: Engine, digest: str) -> None:
    """Give each model an artifact of a digest, which the versions of the floor have."""
    known = text(
        "INSERT INTO registry_artifact (model_id, digest, manifest, size, file_count) "
        "SELECT model_id, :digest, manifest, size, file_count FROM registry_artifact"
    )
    with engine.begin() as connection:
        connection.execute(known, {"digest": digest})


def open_floor(url: str) -> Floor:
    """The floor on a database of either kind."""
    return PostgresFloor(url) if url.startswith("postgresql") else SqliteFloor(url)


if __name__ == "__main__":
    serve(open_floor)
