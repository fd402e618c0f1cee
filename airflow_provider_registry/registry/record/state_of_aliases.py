"""Checking that the history of aliases is what the record says."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, case, select
from sqlalchemy.orm import aliased

from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.record.contradiction import Fail
from airflow_provider_registry.registry.record.events import EventType
from airflow_provider_registry.registry.record.moments import said_moment
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import VersionRow

_MOVES = (
    EventType.ALIAS_PROMOTED,
    EventType.ALIAS_OVERRIDDEN,
    EventType.ALIAS_ROLLED_BACK,
    EventType.ALIAS_CLEARED,
    EventType.ALIAS_CONFIRMED,
)
_NAMING = (*_MOVES, EventType.POLICY_SET)

_ENDING = aliased(EventRow)
_PREVIOUS = aliased(AssignmentRow)
_SETTING = aliased(EventRow)


@dataclass
class _Said:
    """What the record says of aliases.

    Attributes:
        names: of all that were ever used.
        history: alias, version, from, to and the place of the event that ended it, by that of the event that set it.
        confirmed: id of the assignment that an event says was in force, by the place of the event that had set it.
    """

    names: set[str] = field(default_factory=set)
    history: dict[int, list[Any]] = field(default_factory=dict)
    confirmed: dict[int, int] = field(default_factory=dict)


def check_aliases(connection: Connection, model_id: int, fail: Fail) -> None:
    """Each alias pointed at what the record says, from when to when it says, and at nothing else."""
    said, rows = _said(connection, model_id, fail), _assignments(connection, model_id)
    shown = {row["seq"]: row for row in rows}
    for seq in sorted({*said.history, *shown}):
        if seq not in shown or said.history.get(seq) != _history(shown[seq]):
            fail(seq, "the history of the alias is not what the record says")
    if len(rows) != len(shown):
        fail(max(shown), f"the history of the aliases has {len(rows)} rows, and the record {len(shown)}")
    for seq, assignment_id in said.confirmed.items():
        if shown[seq]["id"] != assignment_id:
            fail(seq, "the history of the alias has another number than the record says")
    _check_ways_back(said, shown, fail)
    _check_names(connection, model_id, said, fail)


def _said(connection: Connection, model_id: int, fail: Fail) -> _Said:
    confirmed = case((EventRow.type == EventType.ALIAS_CONFIRMED, EventRow.body)).label("body")
    at = said_moment(connection.dialect.name, EventRow.at).label("at")
    statement = select(EventRow.seq, EventRow.type, EventRow.alias, EventRow.version, at, confirmed)
    mine = (EventRow.model_id == model_id, EventRow.type.in_(_NAMING))
    found, since = _Said(), dict[str, int]()
    held: set[tuple[str, int]] = set()
    for row in connection.execute(statement.where(*mine).order_by(EventRow.seq)).mappings():
        found.names.add(row["alias"])
        if row["type"] == EventType.ALIAS_CONFIRMED:
            found.confirmed[since[row["alias"]]] = json.loads(row["body"])["payload"]["assignment"]
        elif row["type"] != EventType.POLICY_SET:
            _follow(row, found, since)
            _check_rollback(row, held, fail)
            held.add((row["alias"], row["version"]))
    return found


def _follow(row: RowMapping, found: _Said, since: dict[str, int]) -> None:
    """Move the alias.

    Parameters:
        since: the place of the event that set each alias that points at a version.
    """
    if row["alias"] in since:
        found.history[since.pop(row["alias"])][3:] = [row["at"], row["seq"]]
    # An override that emptied the alias names no version.
    if row["type"] != EventType.ALIAS_CLEARED and row["version"] is not None:
        found.history[row["seq"]] = [row["alias"], row["version"], row["at"], None, None]
        since[row["alias"]] = row["seq"]


def _check_rollback(row: RowMapping, held: set[tuple[str, int]], fail: Fail) -> None:
    """A rollback asks nothing of a policy, since its version was let in before: so it must have been."""
    if row["type"] == EventType.ALIAS_ROLLED_BACK and (row["alias"], row["version"]) not in held:
        fail(row["seq"], "it rolled the alias back to a version that never held it")


def _assignments(connection: Connection, model_id: int) -> list[RowMapping]:
    # Rows of another model have the same names, numbers and places, and none of them is meant here.
    times = (AssignmentRow.from_at, AssignmentRow.to_at)
    from_at, to_at = (said_moment(connection.dialect.name, time).label(time.key) for time in times)
    statement = (
        select(AssignmentRow.id, AliasRow.name, VersionRow.version, from_at, to_at)
        .add_columns(EventRow.seq, EventRow.type, _ENDING.seq.label("ended_by"), AssignmentRow.ended_by_event)
        .add_columns(_SETTING.seq.label("previous"), AssignmentRow.previous_id)
        .select_from(AssignmentRow)
        .join(EventRow, and_(EventRow.id == AssignmentRow.set_by_event, EventRow.model_id == model_id))
        .join(AliasRow, and_(AliasRow.id == AssignmentRow.alias_id, AliasRow.model_id == model_id))
        .join(VersionRow, and_(VersionRow.id == AssignmentRow.version_id, VersionRow.model_id == model_id))
        .outerjoin(_ENDING, and_(_ENDING.id == AssignmentRow.ended_by_event, _ENDING.model_id == model_id))
        .outerjoin(_PREVIOUS, _PREVIOUS.id == AssignmentRow.previous_id)
        .outerjoin(_SETTING, and_(_SETTING.id == _PREVIOUS.set_by_event, _SETTING.model_id == model_id))
        .where(AssignmentRow.model_id == model_id)
        .order_by(EventRow.seq)
    )
    return list(connection.execute(statement).mappings())


def _history(row: RowMapping) -> list[Any]:
    ended_by = row["ended_by"] if row["ended_by_event"] is not None else None
    if (ended_by is None) != (row["ended_by_event"] is None):
        return []
    return [row["name"], row["version"], row["from_at"], row["to_at"], ended_by]


def _check_ways_back(said: _Said, shown: dict[int, RowMapping], fail: Fail) -> None:
    """Where a rollback goes: to what was displaced; after a rollback, to what an earlier holding of the version had."""
    newest: dict[str, int] = {}
    ways: defaultdict[tuple[str, int], set[int | None]] = defaultdict(set)
    for seq in sorted(said.history):
        row = shown[seq]
        name, number = row["name"], row["version"]
        back = ways[name, number] if row["type"] == EventType.ALIAS_ROLLED_BACK else {newest.get(name)}
        dangling = row["previous"] is None and row["previous_id"] is not None
        if dangling or row["previous"] not in back:
            fail(seq, "what a rollback of the alias goes back to is not what the record says")
        ways[name, number].add(row["previous"])
        newest[name] = seq


def _check_names(connection: Connection, model_id: int, said: _Said, fail: Fail) -> None:
    rows = connection.execute(select(AliasRow.name, AliasRow.folded).where(AliasRow.model_id == model_id)).all()
    for name, folded in rows:
        if name not in said.names or folded != fold(name):
            fail(1, f"there is an alias {name!r}, found as {folded!r}, that no event of this record made")
    for name in said.names.difference(name for name, _ in rows):
        fail(1, f"the alias {name!r} is not there")
