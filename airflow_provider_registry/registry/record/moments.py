"""Times in the form in which events write them, made by the database: it does so in no time, and Python does not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, func, type_coerce


def said_moment(dialect: str, column: Any) -> ColumnElement[str]:
    """A column of times as `chain.moment` writes them.

    Parameters:
        dialect: SQLAlchemy's name of the database.
    """
    if dialect == "sqlite":
        return func.replace(type_coerce(column, String), " ", "T") + "Z"
    return func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"', type_=String)


def read_said(text: str) -> datetime:
    """The time that an event writes so."""
    return datetime.fromisoformat(text)
