"""What a look asks about, as a table that its statement joins: a row for each alias, with what is known already."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    String,
    and_,
    case,
    cast,
    column,
    func,
    or_,
)
from sqlalchemy.dialects.postgresql import JSONB

from airflow_provider_registry.registry.database.asked import read_table
from airflow_provider_registry.registry.database.base import UtcDateTime
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow


def asked_table(dialect: str, body: str) -> FromClause:
    """The rows as a table named `asked`: `model`, `alias`, `head`, `until` and `versions`.

    Parameters:
        dialect: SQLAlchemy's name of the database.
        body: a JSON array of objects with these keys; one parameter, however much is asked.
    """
    return read_table(
        dialect,
        body,
        column("model", String()),
        column("alias", String()),
        column("head", BigInteger()),
        column("until", UtcDateTime()),
        column("versions", JSONB()),
    )


def each_version(dialect: str, asked: FromClause) -> tuple[FromClause, ColumnElement[int]]:
    """A row for each of the versions of a row of `asked`, and its number."""
    if dialect == "sqlite":
        each = func.json_each(asked.c.versions).table_valued(column("value", BigInteger()), name="number")
        return each, each.c.value
    listed = func.jsonb_array_elements(asked.c.versions).table_valued(column("value", JSONB()), name="number")
    return listed, cast(listed.c.value, BigInteger)


def moved(asked: FromClause, now: ColumnElement[Any]) -> FromClause:
    """`asked` beside its models, of which only those are left that something happened to, or whose time has come.

    A model's record has an event for each act on it, so one whose record is as long as it was is as it was. Only
    expiry is no act.
    """
    # A number that nobody has statistics of: PostgreSQL then expects one model in two hundred to have moved, and looks
    # up what it needs by the indexes. It would expect all, and read whole tables for one.
    happened = case((or_(ModelRow.head_seq != asked.c.head, asked.c.until <= now), 1), else_=0) == 1
    return asked.join(ModelNameRow, ModelNameRow.folded == asked.c.model).join(
        ModelRow, and_(ModelRow.id == ModelNameRow.model_id, happened)
    )
