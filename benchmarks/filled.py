"""Tables filled by the database itself: a statement a table, of as many rows as are wanted."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
STEP = timedelta(seconds=30)

# What the two databases have no common word for: the moment and the digest of a number, and the bytes of a text.
_FUNCTIONS = """
CREATE FUNCTION moment(number bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE
    RETURN timestamptz '2025-01-01 00:00:00+00' + number * interval '30 seconds';
CREATE FUNCTION digest(number bigint) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN encode(sha256(convert_to(number::text, 'UTF8')), 'hex');
CREATE FUNCTION bytes(content text) RETURNS bytea LANGUAGE sql IMMUTABLE
    RETURN convert_to(content, 'UTF8');
SET session_replication_role = replica; -- no foreign key is checked: what is written here is right
SET synchronous_commit = off;
SET maintenance_work_mem = '1GB';
"""
_NUMBERS = """
CREATE TEMPORARY TABLE numbers AS
WITH RECURSIVE counted (i) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM counted WHERE i < :most)
SELECT i FROM counted
"""


@contextmanager
def filling(engine: Engine, most: int) -> Iterator[Connection]:
    """A connection of its own, with a table `numbers` of 1 to `most` in its column `i`."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Never given back: it has settings that nobody else may find.
        connection.detach()
        if engine.dialect.name == "sqlite":
            _prepare_sqlite(connection.connection.dbapi_connection)
        else:
            connection.exec_driver_sql(_FUNCTIONS, execution_options={"no_parameters": True})
        connection.execute(text(_NUMBERS), {"most": most})
        yield connection
        connection.commit()  # on SQLite a transaction has begun after all
        connection.exec_driver_sql("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE")


def fill(connection: Connection, statements: Sequence[str], values: Mapping[str, int]) -> None:
    """Run statements, each with all the values that it names."""
    for statement in statements:
        connection.execute(text(statement), values)


def moment(number: int) -> datetime:
    """When the version of this number was registered."""
    return BEGIN + number * STEP


def _prepare_sqlite(connection: Any) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.create_function("moment", 1, _moment, deterministic=True)
    connection.create_function("digest", 1, _digest, deterministic=True)
    connection.create_function("bytes", 1, str.encode, deterministic=True)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA cache_size = -500000")


def _moment(number: int | None) -> str | None:
    return None if number is None else f"{moment(number):%Y-%m-%d %H:%M:%S.%f}"


def _digest(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()
