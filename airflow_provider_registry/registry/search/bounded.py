"""Searches end: what takes longer than a search may take is stopped by the database.

A filter may ask for what no index serves, and then the database reads every version. The bound is the search's own:
acts, which wait for locks, have none. On PostgreSQL it holds within one transaction, and where the server, the role or
the database has a shorter one, that stays.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from sqlalchemy import Connection, Integer, Interval, String, bindparam, cast, extract, func, select, true
from sqlalchemy.exc import DBAPIError

from airflow_provider_registry.errors import DatabaseUnavailableError, SearchTimeoutError
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.batch import together
from airflow_provider_registry.registry.database.prepared import Prepared, driver_errors, run

T = TypeVar("T")

# PostgreSQL's query_canceled (its manual, appendix A).
_CANCELED = "57014"
# After how many steps of its virtual machine SQLite asks whether to go on: about a millisecond.
_STEPS = 100_000


def _settings(_: str) -> Any:
    least = func.least(
        func.nullif(extract("epoch", cast(func.current_setting("statement_timeout"), Interval)) * 1000, 0),
        bindparam("milliseconds", type_=Integer),
    )
    return select(
        func.set_config("statement_timeout", cast(cast(least, Integer), String), true()),
        # Which index serves a search best depends on its values: a plan made for any values may read everything.
        func.set_config("plan_cache_mode", "force_custom_plan", true()),
        # To start helpers, or a compiler, takes longer than a search that an index serves.
        func.set_config("max_parallel_workers_per_gather", "0", true()),
        func.set_config("jit", "off", true()),
    )


_SETTINGS = Prepared(_settings)


def read_bounded(core: Core, work: Callable[[Connection], T]) -> T:
    """Run work that only reads, each statement of which ends within the core's `search_timeout`.

    Raises:
        SearchTimeoutError: one did not.
    """

    def within(connection: Connection) -> T:
        with _bound(connection, core.search_timeout):
            return work(connection)

    try:
        return core.read(within)
    except (DBAPIError, DatabaseUnavailableError) as error:
        if not _was_stopped(error):
            raise
        raise SearchTimeoutError(
            f"The search did not end within {core.search_timeout:g} seconds, and was stopped: no index serves it. Add "
            "a condition that one does (name, tags.<key> =, params.<key> =, run_id, a range of a metric or of "
            "created_at), or sort by another field; or allow it more time (search_timeout).",
            core.search_timeout,
        ) from None


def _was_stopped(error: Exception) -> bool:
    raised = error if isinstance(error, DBAPIError) else error.__cause__
    said = getattr(raised, "orig", None)
    return getattr(said, "sqlstate", None) == _CANCELED or str(said) == "interrupted"


@contextmanager
def _bound(connection: Connection, seconds: float) -> Iterator[None]:
    bind = _bound_sqlite if connection.dialect.name == "sqlite" else _bound_postgresql
    with bind(connection, seconds):
        yield


@contextmanager
def _bound_sqlite(connection: Connection, seconds: float) -> Iterator[None]:
    driver: Any = connection.connection.dbapi_connection
    end = time.monotonic() + seconds
    driver.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


@contextmanager
def _bound_postgresql(connection: Connection, seconds: float) -> Iterator[None]:
    driver: Any = connection.connection.dbapi_connection
    form = _SETTINGS.form(connection.dialect)
    try:
        with together(connection):
            driver.cursor().execute("BEGIN")
            run(connection, form, form.parameters({"milliseconds": max(1, round(seconds * 1000))}))
        yield
    except BaseException:
        if not driver.closed:
            with suppress(connection.dialect.loaded_dbapi.Error):  # which is not what is wrong
                driver.rollback()
        raise
    with driver_errors(connection):
        driver.commit()  # at a ROLLBACK, psycopg has the server forget all that it has prepared
