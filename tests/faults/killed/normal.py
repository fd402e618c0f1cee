"""What a registry holds, without what differs from run to run: moments, random keys, and the number of the try."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, inspect, select

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.database.tables import metadata

Rows = dict[str, list[dict[str, Any]]]

# The hash of an event is over its moment and random key; `verify_record` says whether it is right. A signature on an
# elliptic curve has a random part, and what is private of feedback a random key.
_RANDOM = {
    *("hash", "head_hash", "private_key", "token", "previous", "try_number", "registry_id", "bundle", "bundle_sha256"),
    *("private_digest", "rows_digest"),
}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d{6}(Z|\+00:00)?")
# What people read has whole seconds.
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
_A_SECOND = "(a second)"
# What the record and reports call ids of rows.
_IDS = {
    "request": "registry_event",
    "request_id": "registry_event",
    "assignment": "registry_assignment",
    "baseline_assignment": "registry_assignment",
    "report_id": "registry_gate_report",
}


@dataclass(frozen=True)
class Known:
    """What was in a database when it was kept.

    Attributes:
        moments: every one in any row.
        ids: the highest of each table that numbers its rows.
    """

    moments: frozenset[str] = frozenset()
    ids: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, engine: Engine) -> Known:
        """What is there now."""
        read = _read(engine)
        ids = {table: [row.values["id"] for row in read.get(table, ())] for table in _numbered()}
        moments = (row.moments for rows in read.values() for row in rows)
        return cls(frozenset().union(*moments), {table: max(each, default=0) for table, each in ids.items()})


@dataclass(frozen=True, eq=False)
class _Row:
    """A row, and the moments in it. Most rows of two worlds are the same: each is read once."""

    values: dict[str, Any]
    moments: frozenset[str]


def rows_of(engine: Engine, known: Known) -> Rows:
    """Every row of every table, by primary key.

    Each new moment is replaced by its place among the new ones; and new ids go on from the highest known one without
    gaps, which PostgreSQL leaves wherever a transaction was undone.
    """
    read = _without_left_behind(_read(engine))
    new = set().union(*(row.moments for rows in read.values() for row in rows)) - known.moments
    change = _places(new)
    rows = {
        table: [_walk(row.values, change) if row.moments & new else row.values for row in each]
        for table, each in read.items()
    }
    return _without_gaps(_without_dated_digests(rows), known)


def answer_of(value: Any) -> Any:
    """An answer as JSON has it, without moments and ids of rows."""
    said = _without_ids(plain(value))
    return _walk(said, _places(_moments(said)))


def plain(value: Any) -> Any:
    """A value of a row or of an answer as JSON has it, without what is random; moments in one form."""
    match value:
        case None | bool() | int() | float():
            return value
        case Enum():
            return value.value
        case str():
            return _text(value)
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        case bytes():
            return _text(value.decode(errors="replace"))
        case Mapping():
            drop = _random_of(value)
            return {str(key): plain(one) for key, one in value.items() if key not in drop}
        case list() | tuple() | set() | frozenset():
            return [plain(one) for one in value]
        case Path():
            return str(value)
    if is_dataclass(value):
        return plain({each.name: getattr(value, each.name) for each in fields(value)})
    return repr(value)


def _random_of(value: Mapping[Any, Any]) -> set[str]:
    """The keys of what is random in a row, or in what an event says."""
    # The digest of an event's private part is keyed by its row.
    keyed = {"private"} if "previous" in value else set()
    # A guess of feedback must not be confirmed, so this is no digest of it.
    drawn = {"fingerprint"} if value.get("type") == EventType.VERSION_FEEDBACK_RECORDED else set()
    return _RANDOM | keyed | drawn


def differences(one: Any, other: Any, where: str = "") -> list[str]:
    """Where two values differ, a line for each place."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = [key for key in [*one, *(set(other) - set(one))] if one.get(key) != other.get(key)]
        return [line for key in keys for line in differences(one.get(key), other.get(key), f"{where}/{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [line for at, (mine, its) in pairs for line in differences(mine, its, f"{where}/{at}")]
    return [] if one == other else [f"{where}: {one!r:.300} and not {other!r:.300}"]


def _read(engine: Engine) -> dict[str, list[_Row]]:
    """The rows as the driver gives them: what they are to SQLAlchemy costs more than all the rest."""
    with engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        found = {}
        for table, (statement, names) in _statements().items():
            if table in there:
                rows = connection.exec_driver_sql(statement).all()
                found[table] = [_row(names, tuple(row)) for row in rows]
        return found


def _without_left_behind(read: dict[str, list[_Row]]) -> dict[str, list[_Row]]:
    """The same without metrics that a killed load left: nobody reads them, and the next load or `gc` removes them."""
    batches = read.get("registry_metric_batch", ())
    left = {row.values["id"] for row in batches if row.values["event_id"] is None}
    if not left:
        return read
    kept = {
        "registry_metric_batch": [row for row in batches if row.values["id"] not in left],
        "registry_metric_point": [row for row in read["registry_metric_point"] if row.values["batch_id"] not in left],
    }
    return read | kept


@cache
def _statements() -> dict[str, tuple[str, tuple[str, ...]]]:
    """What reads each table in the order of its key, and the names of its columns."""
    return {
        table.name: (str(select(table).order_by(*table.primary_key.columns)), tuple(table.columns.keys()))
        for table in metadata.sorted_tables
    }


@lru_cache(maxsize=10_000)
def _row(names: tuple[str, ...], values: tuple[Any, ...]) -> _Row:
    named = dict(zip(names, values, strict=True))
    drop = _random_of(named)
    shown = {name: plain(value) for name, value in named.items() if name not in drop}
    return _Row(shown, frozenset(_moments(shown)))


def _text(text: str) -> Any:
    """A text; what is JSON, as that."""
    if text[:1] in ("{", "["):
        try:
            return plain(json.loads(text))
        except ValueError:
            pass
    if _MOMENT.fullmatch(text):
        return f"{text[:10]}T{text[11:26]}Z"  # SQLite's, the record's and Python's own
    return _SECOND.sub(_A_SECOND, text)


def _without_dated_digests(rows: Rows) -> Rows:
    """The same with the digest of each gate report that names a moment replaced, wherever it stands."""
    reports = rows.get("registry_gate_report", ())
    dated = {row["digest"]: f"digest of report {row['id']}" for row in reports if _A_SECOND in str(row["body"])}
    changed: Rows = _walk(rows, lambda text: dated.get(text, text)) if dated else rows
    return changed


def _without_gaps(rows: Rows, known: Known) -> Rows:
    new = {table: [row["id"] for row in rows.get(table, ()) if row["id"] > known.ids[table]] for table in known.ids}
    numbers = {
        table: {id: place for place, id in enumerate(ids, known.ids[table] + 1) if id != place}
        for table, ids in new.items()
    }
    if not any(numbers.values()):
        return rows
    renumbered: Rows = {}
    for table in metadata.sorted_tables:
        columns = {column.name: target for column, target in _pointing(table.name).items()}
        named = {name: numbers.get(target, {}) for name, target in columns.items()}
        renumbered[table.name] = [
            {name: _renumber(name, named[name].get(value, value) if name in named else value, numbers)
             for name, value in row.items()}
            for row in rows.get(table.name, ())
        ]  # fmt: skip
    return renumbered


def _renumber(name: str, value: Any, numbers: Mapping[str, Mapping[int, int]]) -> Any:
    """Ids within JSON, by the names of what they are of."""
    if isinstance(value, dict):
        return {key: _renumbered(key, one, numbers) for key, one in value.items()}
    return [_renumber(name, one, numbers) for one in value] if isinstance(value, list) else value


def _renumbered(key: str, value: Any, numbers: Mapping[str, Mapping[int, int]]) -> Any:
    if key == "model" and isinstance(value, dict):
        models = numbers["registry_model"]
        return {**value, "id": models.get(value["id"], value["id"])}
    if key in _IDS and isinstance(value, int):
        return numbers[_IDS[key]].get(value, value)
    return _renumber(key, value, numbers)


@cache
def _numbered() -> tuple[str, ...]:
    """The tables that number their rows."""
    return tuple(table.name for table in metadata.sorted_tables if table.autoincrement_column is not None)


@cache
def _pointing(table: str) -> dict[Any, str]:
    """The columns of a table that hold ids, and of which table's rows."""
    own = metadata.tables[table].autoincrement_column
    found = {
        key.parent: key.column.table.name for key in metadata.tables[table].foreign_keys if key.column.name == "id"
    }
    return found | ({own: table} if own is not None else {})


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_ids(one) for key, one in value.items() if key not in _IDS}
    return [_without_ids(one) for one in value] if isinstance(value, list) else value


def _moments(value: Any) -> set[str]:
    found: set[str] = set()

    def look(text: str) -> str:
        if _MOMENT.fullmatch(text):
            found.add(text)
        return text

    _walk(value, look)
    return found


def _places(moments: set[str]) -> Callable[[str], str]:
    """Names each moment by its place: their order counts, and no more."""
    order = {moment: f"moment {place}" for place, moment in enumerate(sorted(moments))}
    return lambda text: order.get(text, text)


def _walk(value: Any, change: Callable[[str], str]) -> Any:
    """A copy with each text changed."""
    if isinstance(value, dict):
        return {key: _walk(one, change) for key, one in value.items()}
    if isinstance(value, list):
        return [_walk(one, change) for one in value]
    return change(value) if isinstance(value, str) else value
