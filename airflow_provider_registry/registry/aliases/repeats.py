"""What a repeated promotion or rollback answers: what it did before, or what has become of it since (rule 2)."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from airflow_provider_registry.errors import RolledBackSinceError, SupersededSinceError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.aliases.tables import AssignmentRow
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.record.tables import EventRow

_WAY = "To do it again all the same, start a new Dag run, or give the task another key=."


def repeated(act: Act, event: Row) -> int:
    """The id of the assignment that the act led to before, if that still stands, or the version has the alias again.

    Raises:
        RolledBackSinceError: it was rolled back since; a promotion must not undo that because a task was cleared.
        SupersededSinceError: a later act has moved the alias on, or emptied it.
    """
    assignment = _assignment(act, event)
    if assignment["ended_by_event"] is None:
        return int(assignment["id"])
    same = (AssignmentRow.alias_id == assignment["alias_id"], AssignmentRow.version_id == assignment["version_id"])
    again = act.connection.execute(select(AssignmentRow.id).where(*same, AssignmentRow.to_at.is_(None))).scalar()
    if again is not None:
        return int(again)
    ended = (
        act.connection.execute(
            select(EventRow.seq, EventRow.type, EventRow.version).where(EventRow.id == assignment["ended_by_event"])
        )
        .mappings()
        .one()
    )
    done = f"Version {event['version']} of {act.model['name']!r} got its alias by event {event['seq']} of the record"
    if ended["type"] == EventType.ALIAS_ROLLED_BACK and event["type"] != EventType.ALIAS_ROLLED_BACK:
        raise RolledBackSinceError(
            f"{done}, and event {ended['seq']} rolled it back to version {ended['version']} since. {_WAY}",
            event=event["seq"],
            ended_by=ended["seq"],
        )
    emptied = ended["type"] == EventType.ALIAS_CLEARED or ended["version"] is None
    to = "away" if emptied else f"to version {ended['version']}"
    raise SupersededSinceError(
        f"{done}, and event {ended['seq']} moved it {to} since. {_WAY}", event=event["seq"], ended_by=ended["seq"]
    )


def _assignment(act: Act, event: Row) -> Row:
    payload: dict[str, Any] = json.loads(event["body"])["payload"]
    if event["type"] == EventType.ALIAS_CONFIRMED:
        mine = AssignmentRow.id == payload["assignment"]
    else:
        mine = AssignmentRow.set_by_event == event["id"]
    return act.connection.execute(select(AssignmentRow.__table__).where(mine)).mappings().one()
