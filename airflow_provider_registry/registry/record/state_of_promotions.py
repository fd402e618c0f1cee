"""Checking that what went into a protected alias was let in: the rows that only some database roles can write.

A role that moves aliases can write a valid chain of events that says anything. It cannot write decisions or overrides,
so a promotion or an override that it made up lacks what must stand beside it.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.aliases.tables import AliasRow, OverrideRow
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.record.contradiction import Fail
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.told import Check, Told
from airflow_provider_registry.registry.requests.states import RequestState, Verdict
from airflow_provider_registry.registry.requests.tables import DecisionRow, RequestRow
from airflow_provider_registry.registry.versions.tables import VersionRow

_Span = tuple[datetime, datetime | None, Policy]


class OverrideCheck(Check):
    """Each override has its row, and no other event has one."""

    what = "overrides"
    hears = (EventType.ALIAS_OVERRIDDEN,)

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        self._said = set[int]()

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        self._said.add(told.seq)

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        kept = select(EventRow.seq).join(OverrideRow, OverrideRow.event_id == EventRow.id)
        shown = set(connection.scalars(kept.where(EventRow.model_id == model_id)))
        for seq in sorted(shown ^ self._said):
            if seq in shown:
                self._fail(seq, "it is shown as an override, and the record says that it was none")
            self._fail(seq, "it says that somebody overrode the policy, and whoever wrote it may not")


class PromotionCheck(Check):
    """Where the policy asked for approvals, each promotion ended a request for just that which has them.

    A route rests on such a request too, and does not end it: what counts is what was approved before. That requests are
    what the record says of them, and of which version, is checked before.
    """

    what = "promotions"
    hears = (EventType.ALIAS_ROUTED,)

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        # The request that each route rests on, by the route's event.
        self._requests: dict[int, int | None] = {}

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        self._requests[told.id] = told.payload().get("request")

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        asking = _asking(connection, model_id)
        if not asking:
            return
        approvals = _approvals(connection, model_id)
        statement = select(EventRow.id, EventRow.seq, EventRow.alias, EventRow.version, EventRow.at, EventRow.type)
        types = (EventType.ALIAS_PROMOTED, EventType.ALIAS_ROUTED)
        mine = (EventRow.model_id == model_id, EventRow.type.in_(types), EventRow.alias.in_(asking))
        for row in connection.execute(statement.where(*mine).order_by(EventRow.seq)).mappings():
            policy = _in_force(asking[row["alias"]], row)
            routed = row["type"] == EventType.ALIAS_ROUTED
            if policy is None:
                continue
            if routed:
                given = _approvals_before(connection, row, self._requests[row["id"]])
            else:
                given = approvals.get((row["id"], row["alias"], row["version"]), Counter())
            did = "routed to" if routed else "promoted"
            for role in policy.approvals:
                if given[role.role] < role.count:
                    why = f"it {did} the version, and the approvals of {role.role} that it needed are not there"
                    self._fail(row["seq"], why)


def _asking(connection: Connection, model_id: int) -> dict[str, list[_Span]]:
    """The policies that ask for approvals, by alias, from when to when."""
    statement = (
        select(AliasRow.name, PolicyRow.body, PolicyRow.from_at, PolicyRow.to_at)
        .join(AliasRow, AliasRow.id == PolicyRow.alias_id)
        .where(AliasRow.model_id == model_id)
    )
    found: dict[str, list[_Span]] = {}
    for row in connection.execute(statement).mappings():
        policy = Policy.parse(row["body"])
        if policy.approvals:
            found.setdefault(row["name"], []).append((row["from_at"], row["to_at"], policy))
    return found


def _in_force(spans: list[_Span], event: RowMapping) -> Policy | None:
    held = (policy for since, until, policy in spans if since <= event["at"] and (until is None or event["at"] < until))
    return next(held, None)


def _approvals_before(connection: Connection, event: RowMapping, request_id: int | None) -> Counter[str]:
    """How many approvals a request had in each role when an event said that it let its version in."""
    statement = (
        select(DecisionRow.role)
        .join(RequestRow, RequestRow.id == DecisionRow.request_id)
        .join(AliasRow, AliasRow.id == RequestRow.alias_id)
        .join(VersionRow, VersionRow.id == RequestRow.version_id)
        .where(RequestRow.id == request_id, AliasRow.name == event["alias"], VersionRow.version == event["version"])
        .where(DecisionRow.verdict == Verdict.APPROVE, DecisionRow.event_id < event["id"])
    )
    return Counter(connection.scalars(statement))


def _approvals(connection: Connection, model_id: int) -> dict[tuple[int, str, int], Counter[str]]:
    """How many approvals stand in each role, by the event that promoted the request, its alias and its version.

    Whose they are is not counted: persons may be erased.
    """
    statement = (
        select(RequestRow.ended_by_event, AliasRow.name, VersionRow.version, DecisionRow.role)
        .join(RequestRow, RequestRow.id == DecisionRow.request_id)
        .join(AliasRow, AliasRow.id == RequestRow.alias_id)
        .join(VersionRow, VersionRow.id == RequestRow.version_id)
        .where(RequestRow.model_id == model_id, RequestRow.state == RequestState.PROMOTED)
        .where(DecisionRow.verdict == Verdict.APPROVE)
    )
    found: dict[tuple[int, str, int], Counter[str]] = {}
    for row in connection.execute(statement).mappings():
        promotion = (row["ended_by_event"], row["name"], row["version"])
        found.setdefault(promotion, Counter())[row["role"]] += 1
    return found
