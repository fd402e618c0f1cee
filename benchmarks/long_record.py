"""A long record, written as the registry writes it, without doing each act by itself."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, select, update

from airflow_provider_registry.registry.aliases.tables import AssignmentRow
from airflow_provider_registry.registry.database.prepared import Insertions
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.chain import moment, seal
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import VersionRow

_BATCH = 5_000
_EVENTS = Insertions(EventRow, (), [column.key for column in EventRow.__table__.columns])
_ASSIGNMENTS = Insertions(AssignmentRow, (), [column.key for column in AssignmentRow.__table__.columns])
_SECOND = timedelta(seconds=1)


def append_promotions(engine: Engine, count: int) -> None:
    """Move the one alias of the one model to and fro, until its record has so many events.

    Parameters:
        engine: for acts, on a registry with one model of two versions, of which the first holds an alias by the last
            event of its record.
        count: events of the whole record.
    """
    with engine.connect() as connection, connection.begin():
        newest = select(EventRow.__table__).order_by(EventRow.seq.desc()).limit(1)
        first = dict(connection.execute(newest).mappings().one())
        events = list(_moves(connection, first, count))
        held = dict(connection.execute(select(AssignmentRow.__table__)).mappings().one())
        assignments = list(_assignments(connection, held, events))
        for start in range(0, len(events), _BATCH):
            _EVENTS.run(connection, {}, events[start : start + _BATCH])
        ended = {"to_at": events[0]["at"], "ended_by_event": events[0]["id"]}
        connection.execute(update(AssignmentRow).values(ended))
        for start in range(0, len(assignments), _BATCH):
            _ASSIGNMENTS.run(connection, {}, assignments[start : start + _BATCH])
        head = {"head_seq": events[-1]["seq"], "head_hash": events[-1]["hash"], "head_at": events[-1]["at"]}
        connection.execute(update(ModelRow).values(head))


def _moves(connection: Connection, event: dict[str, Any], count: int) -> Iterator[dict[str, Any]]:
    """The events, each over the one before it."""
    digests = {row.version: row.digest for row in connection.execute(select(VersionRow.version, VersionRow.digest))}
    body, private = json.loads(event["body"]), json.loads(event["private"])
    said = {key: value for key, value in body.items() if key not in ("format", "previous", "private")}
    while event["seq"] < count:
        version, at = 3 - event["version"], event["at"] + _SECOND
        changed = {"seq": event["seq"] + 1, "version": version, "act_key": secrets.token_hex(32)}
        payload = {**body["payload"], "replaced": event["version"], "digest": digests[version]}
        sealed = seal({**said, **changed, "at": moment(at), "payload": payload}, private, event["hash"])
        kept = {"body": sealed.body, "hash": sealed.hash, "private": sealed.private, "private_key": sealed.private_key}
        event = {**event, **changed, **kept, "id": event["id"] + 1, "at": at}
        yield event


def _assignments(
    connection: Connection, held: dict[str, Any], events: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """What each event sets, from its time to that of the next."""
    ids = {row.version: row.id for row in connection.execute(select(VersionRow.version, VersionRow.id))}
    for event, after in zip(events, [*events[1:], None], strict=True):
        until = (
            {"to_at": after["at"], "ended_by_event": after["id"]} if after else {"to_at": None, "ended_by_event": None}
        )
        version = {"version_id": ids[event["version"]], "from_at": event["at"], "set_by_event": event["id"]}
        held = {**held, **version, **until, "id": held["id"] + 1, "previous_id": held["id"]}
        yield held
