"""Engines: one place that knows how each database must be opened."""

from __future__ import annotations

import importlib.util
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from tenacity import Retrying, retry_if_exception_message, stop_after_delay, wait_random

from airflow_provider_registry.errors import InvalidConnectionError, MissingExtraError
from airflow_provider_registry.registry.database.prepared import driver_errors

# How long a SQLite writer waits for the one before it. Acts are short, but many processes may queue, and SQLite
# serves them in no order.
BUSY_SECONDS = 120

# The drivers whose ways of beginning, locking and failing the registry knows.
_DRIVERS = {"postgresql": "psycopg", "sqlite": "pysqlite"}
# Arguments of `psycopg2.connect` that are not libpq's; whatever else its URLs say, psycopg takes as well.
_OF_PSYCOPG2 = frozenset({"async", "async_", "connection_factory", "cursor_factory", "dsn"})

# How long to wait for a server that is gone without a goodbye: the operating system's own ways take two hours where an
# answer is waited for, and a quarter of one where a statement is sent. In seconds, and one in milliseconds.
_PATIENCE: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}

MODE = "registry_mode"
ACT = "act"
READ = "read"


def make_engine(url: str | URL) -> Engine:
    """Open a database for the registry.

    Parameters:
        url: a SQLAlchemy URL, `postgresql+psycopg://…` or `sqlite:///file`; `postgresql://` and the
            `postgresql+psycopg2://` of Airflow's own URLs mean psycopg 3 too.

    Raises:
        InvalidConnectionError: for another database or driver, an in-memory SQLite, or what is not a URL.
        MissingExtraError: where the driver is not installed.
    """
    target = _read_url(url)
    if target.get_backend_name() == "sqlite":
        return _sqlite(target)
    return _postgresql(target)


def acting(engine: Engine) -> Engine:
    """The engine for acts: on SQLite its transactions take the write lock at once, so that none has to give up."""
    return engine.execution_options(**{MODE: ACT})


def reading(engine: Engine) -> Engine:
    """The engine for single statements that only read: no BEGIN and no ROLLBACK, which are round trips too."""
    return engine.execution_options(**{MODE: READ})


def snapshot(engine: Engine) -> Engine:
    """The engine for several statements that must all see the same moment."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine


def _read_url(url: str | URL) -> URL:
    try:
        target = make_url(url)
    except (ArgumentError, ValueError):
        # What was given may hold a password: it stays out of the message, and out of what the error comes from.
        raise InvalidConnectionError(
            "The registry's database is not given as a SQLAlchemy URL: write "
            "postgresql+psycopg://user:password@host/db or sqlite:////folder/registry.db."
        ) from None
    return target.set(drivername=_drivername(target))


def _drivername(url: URL) -> str:
    backend, _, driver = url.drivername.partition("+")
    backend = "postgresql" if backend == "postgres" else backend
    if backend not in _DRIVERS:
        raise InvalidConnectionError(
            f"The registry runs on PostgreSQL and SQLite, not on {backend!r}: write postgresql+psycopg://… or sqlite:////…"
        )
    known = f"{backend}+{_DRIVERS[backend]}"
    if driver == "psycopg2" and backend == "postgresql" and (own := _OF_PSYCOPG2.intersection(url.query)):
        raise InvalidConnectionError(
            f"The database URL has {', '.join(sorted(own))}, which psycopg2 alone takes, and the registry runs on "
            f"psycopg 3: leave it out, and write {known}://…"
        )
    if driver not in ("", _DRIVERS[backend]) and (backend, driver) != ("postgresql", "psycopg2"):
        raise InvalidConnectionError(f"The registry does not run on the driver {driver!r}: write {known}://…")
    return url.drivername if backend == "sqlite" else known


def _postgresql(url: URL) -> Engine:
    if importlib.util.find_spec("psycopg") is None:
        raise MissingExtraError(
            "PostgreSQL needs psycopg 3: pip install 'airflow-provider-registry[postgres]' on this host."
        )
    ours = {"application_name": "airflow-provider-registry", **_PATIENCE}
    arguments = {name: value for name, value in ours.items() if name not in url.query}
    # The rules rest on locked rows, whose newest state each statement must see: not on what a server has as default.
    engine = create_engine(url, isolation_level="READ COMMITTED", connect_args=arguments)
    event.listen(engine, "engine_connect", _begin_or_not)
    return engine


def _begin_or_not(connection: Connection) -> None:
    """Have psycopg begin transactions by itself, as it does, or not, for those who only read.

    SQLAlchemy's own AUTOCOMMIT would switch it to and fro around each statement, for a tenth of what a short one takes.
    """
    driver: Any = connection.connection.driver_connection
    only_reads = connection.get_execution_options().get(MODE) == READ
    if driver.autocommit != only_reads:
        with driver_errors(connection):
            driver.autocommit = only_reads


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:" or "mode=memory" in url.database:
        raise InvalidConnectionError(
            "An in-memory SQLite is lost with its process: name a file, sqlite:////folder/r.db."
        )
    if not url.database.startswith("file:"):
        folder = Path(url.database).absolute().parent
        if not folder.is_dir():
            raise InvalidConnectionError(f"The folder {folder} of the SQLite file does not exist: create it first.")
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes late and is never IMMEDIATE; ours does both
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    _use_wal(connection)
    connection.execute("PRAGMA synchronous = FULL")  # an act that was answered must survive a power cut
    connection.execute("PRAGMA foreign_keys = ON")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Keep the file in WAL mode, which stays with it once set.

    Two processes that open a new file at once both want to change it, and SQLite answers one of them "locked" at once,
    whatever its busy timeout is: it would wait for itself.
    """
    locked = retry_if_exception_message(match="database is locked")
    for attempt in Retrying(
        retry=locked, wait=wait_random(0.005, 0.05), stop=stop_after_delay(BUSY_SECONDS), reraise=True
    ):
        with attempt:
            connection.execute("PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get(MODE)
    if mode != READ:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if mode == ACT else "BEGIN")
