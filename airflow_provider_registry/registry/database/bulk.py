"""Inserting rows by the million, as fast as each database takes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, insert

from airflow_provider_registry.registry.database.base import Base
from airflow_provider_registry.registry.database.prepared import driver_errors


def insert_many(
    connection: Connection, table: type[Base], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows, each a value for each of the columns. On PostgreSQL by COPY, at half the cost of any INSERT.

    Raises:
        IntegrityError: a row stands twice, or is there already; the transaction can do nothing more.
    """
    if connection.dialect.name == "postgresql":
        _copy(connection, table, columns, rows)
    else:
        connection.execute(insert(table), [dict(zip(columns, row, strict=True)) for row in rows])


def _copy(connection: Connection, table: type[Base], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    dialect, names = connection.dialect, connection.dialect.identifier_preparer
    kinds = [table.__table__.c[name].type.compile(dialect=dialect).lower() for name in columns]
    listed = ", ".join(names.quote(name) for name in columns)
    statement = f"COPY {names.quote(table.__tablename__)} ({listed}) FROM STDIN (FORMAT BINARY)"
    cursor: Any = connection.connection.cursor()
    with driver_errors(connection, statement), cursor.copy(statement) as copy:
        copy.set_types(kinds)
        for row in rows:
            copy.write_row(row)
