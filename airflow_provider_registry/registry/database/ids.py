"""Ids taken before their rows are written, so that other rows of the same trip can refer to them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, cast, column, func, literal, select, table
from sqlalchemy.dialects.postgresql import REGCLASS

from airflow_provider_registry.registry.database.base import Base, BigId


def next_id(dialect: str, of: type[Base]) -> ColumnElement[int]:
    """The id of the next row of a table, whose rows are numbered and never reuse a number.

    On SQLite it is the act's as long as its transaction lasts, which alone writes; on PostgreSQL, for good.
    """
    name = of.__tablename__
    if dialect == "sqlite":
        numbers: Any = table("sqlite_sequence", column("name"), column("seq", BigId))
        newest = select(numbers.c.seq).where(numbers.c.name == name).scalar_subquery()
        return func.coalesce(newest, 0, type_=BigId) + 1
    return func.nextval(cast(literal(f"{name}_id_seq"), REGCLASS), type_=BigId)
