"""The database's clock and user, which everybody on one registry shares."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime

from sqlalchemy import Connection, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from airflow_provider_registry.registry.database.base import UtcDateTime


def now_column(connection: Connection) -> ColumnElement[datetime]:
    """The time at which the statement runs, not at which its transaction began."""
    if connection.dialect.name == "sqlite":
        # SQLite runs in this process and on this clock; its own functions know only milliseconds.
        return literal(datetime.now(UTC), UtcDateTime()).label("now")
    return func.clock_timestamp(type_=UtcDateTime()).label("now")


def user_column(connection: Connection) -> ColumnElement[str]:
    """The role that the database knows us by; on SQLite, which knows none, the user of the process."""
    if connection.dialect.name == "sqlite":
        return literal(process_user()).label("database_user")
    return func.current_user().label("database_user")


def read_clock(connection: Connection) -> datetime:
    """The database's time, UTC."""
    return connection.execute(select(now_column(connection))).scalar_one()


def process_user() -> str:
    """The name of the user that this process runs as."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user that has no name
        return str(os.getuid())
