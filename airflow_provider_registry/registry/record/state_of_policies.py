"""Checking that policies are what the record says."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, RowMapping, Text, and_, select, type_coerce

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.contradiction import UNREADABLE, Fail
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.told import Check, Told


class PolicyCheck(Check):
    """Each policy is the one that was set, and held from when to when the record says."""

    what = "policies"
    hears = (EventType.POLICY_SET, EventType.POLICY_REMOVED)

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        # Alias, digest, from and to, by the event that set it.
        self._said: dict[int, list[Any]] = {}
        self._in_force: dict[str | None, int] = {}

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        if told.alias in self._in_force:
            self._said[self._in_force.pop(told.alias)][3] = told.at
        if told.type == EventType.POLICY_SET:
            self._said[told.seq] = [told.alias, told.payload()["policy_digest"], told.at, None]
            self._in_force[told.alias] = told.seq

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        rows = _rows(connection, model_id)
        shown = {row["seq"]: _shown(row) for row in rows}
        for seq in sorted({*self._said, *shown}):
            if self._said.get(seq) != shown.get(seq):
                self._fail(seq, "the policy of the alias, or from when to when it held, is not what the record says")
        if len(rows) != len(shown):
            self._fail(max(shown), f"there are {len(rows)} policies of aliases, and the record says {len(shown)}")


def _rows(connection: Connection, model_id: int) -> list[RowMapping]:
    statement = (
        select(EventRow.seq, AliasRow.name, PolicyRow.digest, PolicyRow.from_at, PolicyRow.to_at)
        .add_columns(PolicyRow.review_every, type_coerce(PolicyRow.body, Text).label("body"))
        .join(EventRow, and_(EventRow.id == PolicyRow.set_by_event, EventRow.model_id == model_id))
        .join(AliasRow, AliasRow.id == PolicyRow.alias_id)
        .where(AliasRow.model_id == model_id)
    )
    return list(connection.execute(statement).mappings())


def _shown(row: RowMapping) -> list[Any]:
    digest = row["digest"] if _same(row) else "another"
    return [row["name"], digest, moment(row["from_at"]), row["to_at"] and moment(row["to_at"])]


def _same(row: RowMapping) -> bool:
    """Whether what stands beside the body is what it says."""
    try:
        policy = Policy.parse(json.loads(row["body"]))
    except UNREADABLE:
        return False
    return (policy.digest, policy.review_seconds) == (row["digest"], row["review_every"])
