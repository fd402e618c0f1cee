"""What a caller asks for by name, as a table that a statement joins: one parameter, however much it is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnClause, FromClause, String, cast, func, literal, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB


def asked_table(dialect: str, rows: Iterable[tuple[str | int, ...]], *columns: ColumnClause[Any]) -> FromClause:
    """The rows as a table named `asked`.

    A parameter for each value would be tens of thousands, and another statement to parse with each number of rows.

    Parameters:
        dialect: SQLAlchemy's name of the database.
        rows: a value for each column.
        columns: their names and types.
    """
    names = [column.name for column in columns]
    asked = [dict(zip(names, row, strict=True)) for row in rows]
    table = read_table(dialect, json.dumps(asked), *columns)
    if dialect == "sqlite":
        return table
    # PostgreSQL expects a hundred rows of any JSON, for which it reads whole tables where few are asked for.
    return select(table).limit(len(asked)).subquery("asked")


def read_table(dialect: str, body: str, *columns: ColumnClause[Any]) -> FromClause:
    """The same, of a JSON array of objects whose keys are the columns' names."""
    parameter = literal(body, String())
    if dialect == "sqlite":
        each = func.json_each(parameter).table_valued("value", name="each")
        found = (
            type_coerce(func.json_extract(each.c.value, f"$.{one.name}"), one.type).label(one.name) for one in columns
        )
        return select(*found).subquery("asked")
    recordset = func.jsonb_to_recordset(cast(parameter, JSONB)).table_valued(*columns)
    return recordset.render_derived(name="asked", with_types=True)
