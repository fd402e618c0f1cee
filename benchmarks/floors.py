"""The floor of registrations by many at once: their rows, written by the plain driver under the model's lock.

It hashes nothing that it did not have before, checks nothing, and finds no repeats.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import Protocol

import psycopg
from sqlalchemy import Engine, make_url, text

from benchmarks.mlflow.serving import serve
from benchmarks.sample import METADATA, METRICS, TAGS

DIGEST = "0" * 64
_BODY = json.dumps({"payload": {"digest": DIGEST, "metadata": METADATA, "metrics_digest": DIGEST}}).encode()
_PRIVATE = json.dumps({"actor": {"issuer": "python", "subject": "benchmark", "name": "benchmark"}}).encode()


class Floor(Protocol):
    """Writes versions."""

    def register(self, model: str, artifact: str) -> None:
        """Write a version of a model."""


class PostgresFloor:
    """On PostgreSQL: metrics and tags go as arrays, one statement each."""

    def __init__(self, url: str) -> None:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(plain)

    def register(self, model: str, artifact: str) -> None:
        """Write a version of a model."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(
                "SELECT m.id, m.last_version, m.head_seq, m.head_hash, clock_timestamp() FROM registry_model m "
                "JOIN registry_model_name n ON n.model_id = m.id WHERE n.folded = %s FOR UPDATE OF m",
                [model],
            )
            found = cursor.fetchone()
            assert found is not None
            id, last, seq, _, now = found
            cursor.execute(
                "INSERT INTO registry_version (model_id, version, digest, uri, storage, mutable, description, "
                "metadata, is_test, created_at, created_by) "
                "VALUES (%s, %s, %s, %s, 'reference', true, '', %s, false, %s, 'ana') "
                "RETURNING id",
                [id, last + 1, DIGEST, artifact, json.dumps(METADATA), now],
            )
            made = cursor.fetchone()
            assert made is not None
            cursor.execute(
                "INSERT INTO registry_metric (version_id, name, phase, dataset, slice, value) "
                "SELECT %s, name, 'validation', '', '', value FROM unnest(%s::text[], %s::float8[]) AS m (name, value)",
                [made[0], list(METRICS), list(METRICS.values())],
            )
            cursor.execute(
                "INSERT INTO registry_tag (version_id, key, value, value_head) "
                "SELECT %s, key, value, value FROM unnest(%s::text[], %s::text[]) AS t (key, value)",
                [made[0], list(TAGS), list(TAGS.values())],
            )
            hash = secrets.token_hex(32)
            cursor.execute(
                "INSERT INTO registry_event (model_id, seq, type, at, version, act_key, fingerprint, body, hash, "
                "private, private_key) VALUES (%s, %s, 'version.registered', %s, %s, %s, %s, %s, %s, %s, %s)",
                [id, seq + 1, now, last + 1, hash, DIGEST, _BODY, hash, _PRIVATE, secrets.token_bytes(32)],
            )
            cursor.execute(
                "UPDATE registry_model SET last_version = %s, head_seq = %s, head_hash = %s, head_at = %s "
                "WHERE id = %s",
                [last + 1, seq + 1, hash, now, id],
            )


class SqliteFloor:
    """On SQLite, with the durability of the registry."""

    def __init__(self, url: str) -> None:
        self._connection = sqlite3.connect(make_url(url).database or "", timeout=120, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self._connection.execute(f"PRAGMA {pragma}")

    def register(self, model: str, artifact: str) -> None:
        """Write a version of a model."""
        with closing(self._connection.cursor()) as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            id, last, seq = cursor.execute(
                "SELECT m.id, m.last_version, m.head_seq FROM registry_model m "
                "JOIN registry_model_name n ON n.model_id = m.id WHERE n.folded = ?",
                [model],
            ).fetchone()
            now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
            cursor.execute(
                "INSERT INTO registry_version (model_id, version, digest, uri, storage, mutable, description, "
                "metadata, is_test, created_at, created_by) "
                "VALUES (?, ?, ?, ?, 'reference', true, '', ?, false, ?, 'ana')",
                [id, last + 1, DIGEST, artifact, json.dumps(METADATA), now],
            )
            made = cursor.lastrowid
            cursor.executemany(
                "INSERT INTO registry_metric (version_id, name, phase, dataset, slice, value) "
                "VALUES (?, ?, 'validation', '', '', ?)",
                [(made, name, value) for name, value in METRICS.items()],
            )
            cursor.executemany(
                "INSERT INTO registry_tag (version_id, key, value, value_head) VALUES (?, ?, ?, ?)",
                [(made, key, value, value) for key, value in TAGS.items()],
            )
            hash = secrets.token_hex(32)
            cursor.execute(
                "INSERT INTO registry_event (model_id, seq, type, at, version, act_key, fingerprint, body, hash, "
                "private, private_key) VALUES (?, ?, 'version.registered', ?, ?, ?, ?, ?, ?, ?, ?)",
                [id, seq + 1, now, last + 1, hash, DIGEST, _BODY, hash, _PRIVATE, secrets.token_bytes(32)],
            )
            cursor.execute(
                "UPDATE registry_model SET last_version = ?, head_seq = ?, head_hash = ?, head_at = ? WHERE id = ?",
                [last + 1, seq + 1, hash, now, id],
            )
            cursor.execute("COMMIT")


def know_digest(engine: Engine, digest: str) -> None:
    """Give each model an artifact of a digest, which the versions of the floor have."""
    known = text(
        "INSERT INTO registry_artifact (model_id, digest, manifest, size, file_count) "
        "SELECT model_id, :digest, manifest, size, file_count FROM registry_artifact"
    )
    with engine.begin() as connection:
        connection.execute(known, {"digest": digest})


def open_floor(url: str) -> Floor:
    """The floor on a migrated database whose models each have the artifact of `DIGEST`."""
    return PostgresFloor(url) if url.startswith("postgresql") else SqliteFloor(url)


if __name__ == "__main__":
    serve(open_floor)
