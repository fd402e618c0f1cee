"""Every way in which one cell or one row can be made another one, whatever table it is in.

An edit is a function from a table's rows to other rows, over what the driver itself reads and writes: a type of the
registry could neither write nor show what is not valid.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Enum, MetaData, Table, delete, insert, select
from sqlalchemy.types import NullType, TypeEngine

from airflow_provider_registry.registry.database.base import JsonText, UtcDateTime
from airflow_provider_registry.registry.database.tables import metadata

Row = dict[str, Any]
Rows = list[Row]

# By the names of the typed ones, in the order in which their foreign keys allow to write them.
RAW = MetaData()
TABLES = {
    typed.name: Table(typed.name, RAW, *(Column(column.name, NullType()) for column in typed.columns))
    for typed in metadata.sorted_tables
}


@dataclass(frozen=True)
class Edit:
    """One change of one table.

    Attributes:
        kind: what is done, in a word.
        column: None where whole rows are added or taken away.
        at: place of the row among the table's.
    """

    table: str
    column: str | None
    kind: str
    at: int
    apply: Callable[[Rows], None]

    def __str__(self) -> str:
        return f"{self.table}{f'.{self.column}' if self.column else ''} {self.kind} (row {self.at})"


def read(connection: Connection) -> dict[str, Rows]:
    """All rows of all tables, as the driver gives them."""
    return {name: [dict(row) for row in connection.execute(select(table)).mappings()] for name, table in TABLES.items()}


def write(connection: Connection, name: str, rows: Rows) -> None:
    """Have a table hold these rows and no others."""
    connection.execute(delete(TABLES[name]))
    if rows:
        connection.execute(insert(TABLES[name]), [_for(connection, row) for row in rows])


def _for(connection: Connection, row: Row) -> Row:
    """A row as the driver takes it: that of SQLite no longer writes times by itself."""
    if connection.dialect.name != "sqlite":
        return row
    return {key: value.isoformat(" ") if isinstance(value, datetime) else value for key, value in row.items()}


def edited(edit: Edit, rows: Rows) -> Rows:
    """The rows after an edit."""
    other = [dict(row) for row in rows]
    edit.apply(other)
    return other


def cells(before: dict[str, Rows], name: str, column: str) -> Iterator[Edit]:
    """Edits of a column, row by row: its value changed, removed, broken, and exchanged with another row's."""
    rows = before[name]
    for at, row in enumerate(rows):
        for kind, value in _others(before, metadata.tables[name].columns[column], row[column], rows):
            yield Edit(name, column, kind, at, _set(at, column, value))
        for to in {(at + 1) % len(rows), (at + len(rows) // 2) % len(rows)}:  # of its own model, and of the other
            if rows[to][column] != row[column]:
                yield Edit(name, column, f"exchanged with row {to}", at, _exchange(at, to, column))


def removals(rows: Rows, name: str) -> Iterator[Edit]:
    """Each row taken away."""
    for at in range(len(rows)):
        yield Edit(name, None, "removed", at, lambda rows, at=at: rows.pop(at))  # type: ignore[misc]  # a default


def insertions(before: dict[str, Rows], name: str) -> Iterator[Edit]:
    """Each row once more, under another key of each kind."""
    table = metadata.tables[name]
    rows = before[name]
    for at, row in enumerate(rows):
        for column in table.primary_key.columns:
            for kind, value in _others(before, column, row[column.name], rows):
                if value is not None:
                    yield Edit(name, None, f"inserted ({column.name} {kind})", at, _again(at, column.name, value))


def spread(before: dict[str, Rows], edits: Iterable[Edit], count: int) -> list[Edit]:
    """A few of many, always the same ones, and of as many kinds and rows as may be.

    Those that change nothing are left out: what two rows have alike may be exchanged.
    """
    drawn = sorted(edits, key=lambda edit: zlib.crc32(f"{edit}".encode()))
    return list(islice((edit for edit in drawn if _is_one(edit, before[edit.table])), count))


def _is_one(edit: Edit, rows: Rows) -> bool:
    return sorted(map(repr, edited(edit, rows))) != sorted(map(repr, rows))


def _set(at: int, column: str, value: Any) -> Callable[[Rows], None]:
    def apply(rows: Rows) -> None:
        rows[at][column] = value

    return apply


def _exchange(at: int, to: int, column: str) -> Callable[[Rows], None]:
    def apply(rows: Rows) -> None:
        rows[at][column], rows[to][column] = rows[to][column], rows[at][column]

    return apply


def _again(at: int, column: str, value: Any) -> Callable[[Rows], None]:
    return lambda rows: rows.append({**rows[at], column: value})


def _others(before: dict[str, Rows], column: Column[Any], value: Any, rows: Rows) -> Iterator[tuple[str, Any]]:
    """Values that a cell might have instead of its own."""
    if value is not None:
        yield "changed", _changed(column.type, value)
        if column.nullable:
            yield "emptied", None
        if isinstance(column.type, JsonText | JSON | Enum):
            yield "broken", value[:-1]
    for key in column.foreign_keys:
        for parent in before[key.column.table.name]:
            if parent[key.column.name] != value:
                yield f"pointed at {parent[key.column.name]}", parent[key.column.name]
    if value is None and not column.foreign_keys:
        others = [row[column.name] for row in rows if row[column.name] is not None]
        yield "filled", others[0] if others else _filled(column.type)


def _changed(kind: TypeEngine[Any], value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() if isinstance(kind, Boolean):
            return 1 - value
        case int():
            return value + 1
        case float():
            return value + 1.0
        case datetime():
            return value + timedelta(microseconds=1)
        case bytes():
            place = len(value) // 2
            return value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :]
        case str() if isinstance(kind, JsonText):
            return _changed_json(value)
        case str() if isinstance(kind, Enum):
            return next(other for other in kind.enums if other != value)
        case str():
            return value[:-1] + ("1" if value[-1:] != "1" else "2")
    raise TypeError(f"{value!r} of {kind!r}")


def _changed_json(text: str) -> str:
    """The same document with one leaf changed, so that it still looks like what it was."""
    value = json.loads(text)
    if not isinstance(value, dict) or not value:
        return json.dumps({"other": True})
    key = min(value)
    return json.dumps({**value, key: _other_leaf(value[key])})


def _other_leaf(value: Any) -> Any:
    match value:
        case dict() if value:
            key = min(value)
            return {**value, key: _other_leaf(value[key])}
        case list() if value:
            return [_other_leaf(value[0]), *value[1:]]
        case bool() | None:
            return not value
        case int() | float():
            return value + 1
    return f"{value}1"


def _filled(kind: TypeEngine[Any]) -> Any:
    if isinstance(kind, UtcDateTime):
        return datetime(2026, 3, 3)  # noqa: DTZ001  # as SQLite keeps it
    if isinstance(kind, JsonText):
        return '{"other": true}'
    return "1" if kind.python_type is str else 1
