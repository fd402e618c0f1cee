"""Checking that policies are what the record says."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, RowMapping, Text, and_, select, type_coerce

from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.contradiction import UNREADABLE, Fail
from airflow_provider_registry.registry.record.events import EventType
from airflow_provider_registry.registry.record.tables import EventRow

_RULES = (EventType.POLICY_SET, EventType.POLICY_REMOVED)


def check_policies(connection: Connection, model_id: int, fail: Fail) -> None:
    """Each policy is the one that was set, and held from when to when the record says."""
    said, rows = _said(connection, model_id), _rows(connection, model_id)
    shown = {row["seq"]: _shown(row) for row in rows}
    for seq in sorted({*said, *shown}):
        if said.get(seq) != shown.get(seq):
            fail(seq, "the policy of the alias, or from when to when it held, is not what the record says")
    if len(rows) != len(shown):
        fail(max(shown), f"there are {len(rows)} policies of aliases, and the record says {len(shown)}")


def _said(connection: Connection, model_id: int) -> dict[int, list[Any]]:
    """What the record says of policies: alias, digest, from and to, by the event that set it."""
    statement = select(EventRow.seq, EventRow.type, EventRow.alias, EventRow.at, EventRow.body)
    mine = (EventRow.model_id == model_id, EventRow.type.in_(_RULES))
    found: dict[int, list[Any]] = {}
    in_force: dict[str, int] = {}
    for row in connection.execute(statement.where(*mine).order_by(EventRow.seq)).mappings():
        if row["alias"] in in_force:
            found[in_force.pop(row["alias"])][3] = moment(row["at"])
        if row["type"] == EventType.POLICY_SET:
            digest = json.loads(row["body"])["payload"]["policy_digest"]
            found[row["seq"]] = [row["alias"], digest, moment(row["at"]), None]
            in_force[row["alias"]] = row["seq"]
    return found


def _rows(connection: Connection, model_id: int) -> list[RowMapping]:
    statement = (
        select(EventRow.seq, AliasRow.name, PolicyRow.digest, PolicyRow.from_at, PolicyRow.to_at)
        .add_columns(type_coerce(PolicyRow.body, Text).label("body"))
        .join(EventRow, and_(EventRow.id == PolicyRow.set_by_event, EventRow.model_id == model_id))
        .join(AliasRow, AliasRow.id == PolicyRow.alias_id)
        .where(AliasRow.model_id == model_id)
    )
    return list(connection.execute(statement).mappings())


def _shown(row: RowMapping) -> list[Any]:
    digest = row["digest"] if _digest(row["body"]) == row["digest"] else "another"
    return [row["name"], digest, moment(row["from_at"]), row["to_at"] and moment(row["to_at"])]


def _digest(body: str) -> str | None:
    try:
        return Policy.parse(json.loads(body)).digest
    except UNREADABLE:
        return None
