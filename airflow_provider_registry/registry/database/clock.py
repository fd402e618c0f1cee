"""The database's clock and user, which everybody on one registry shares."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, String, bindparam, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from airflow_provider_registry.registry.database.base import UtcDateTime


def local_time(dialect: str) -> datetime | None:
    """The time, where this process's clock is the database's; None where the database has its own.

    SQLite runs in this process, and its own functions know only milliseconds.
    """
    return datetime.now(UTC) if dialect == "sqlite" else None


def now_column(connection: Connection) -> ColumnElement[datetime]:
    """The time at which the statement runs, not at which its transaction began."""
    here = local_time(connection.dialect.name)
    now = func.clock_timestamp(type_=UtcDateTime()) if here is None else literal(here, UtcDateTime())
    return now.label("now")


def clock_columns(dialect: str) -> tuple[ColumnElement[datetime], ColumnElement[str]]:
    """The columns `now` and `database_user` of a prepared statement, whose values are `clock_values`."""
    now, user = bindparam("local_time", type_=UtcDateTime()), bindparam("process_user", type_=String())
    if dialect == "sqlite":
        return now.label("now"), user.label("database_user")
    at_once = func.clock_timestamp(type_=UtcDateTime())
    return func.coalesce(now, at_once, type_=UtcDateTime()).label("now"), func.current_user().label("database_user")


def clock_values(dialect: str) -> dict[str, Any]:
    """What `clock_columns` must be told: what this process knows and the database does not.

    The database's user is the role that it knows us by; on SQLite, which knows none, the user of the process.
    """
    user = {"process_user": process_user()} if dialect == "sqlite" else {}
    return {"local_time": local_time(dialect), **user}


def read_clock(connection: Connection) -> datetime:
    """The database's time, UTC."""
    return connection.execute(select(now_column(connection))).scalar_one()


def process_user() -> str:
    """The name of the user that this process runs as."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user that has no name
        return str(os.getuid())
