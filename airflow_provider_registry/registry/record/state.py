"""Checking that what the registry shows is what its record says.

The chain proves the events; this proves that nobody edited the tables beside them, such as a metric that a gate reads,
a policy, or the history of an alias.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NoReturn

from sqlalchemy import Connection, select

from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.events import EventType
from airflow_provider_registry.registry.record.state_of_promotions import check_overrides, check_promotions
from airflow_provider_registry.registry.record.state_of_reports import check_reports
from airflow_provider_registry.registry.record.state_of_requests import check_requests
from airflow_provider_registry.registry.record.state_of_versions import check_versions
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import VersionRow

# Raises, with the place of the event that is contradicted and how.
Fail = Callable[[int, str], NoReturn]

_MOVES = (
    EventType.ALIAS_PROMOTED,
    EventType.ALIAS_OVERRIDDEN,
    EventType.ALIAS_ROLLED_BACK,
    EventType.ALIAS_CLEARED,
)
_RULES = (EventType.POLICY_SET, EventType.POLICY_REMOVED)


def check_state(connection: Connection, model_id: int, fail: Fail) -> None:
    """Compare a model's tables with its record, whose chain has been checked.

    Parameters:
        connection: a transaction that sees one moment throughout.
    """
    check_versions(connection, model_id, fail)
    _check_aliases(connection, model_id, fail)
    _check_rollbacks(connection, model_id, fail)
    _check_policies(connection, model_id, fail)
    check_reports(connection, model_id, fail)
    check_requests(connection, model_id, fail)
    check_overrides(connection, model_id, fail)
    check_promotions(connection, model_id, fail)


def _check_aliases(connection: Connection, model_id: int, fail: Fail) -> None:
    said, shown = _moves(connection, model_id), _assignments(connection, model_id)
    for seq in sorted({*said, *shown}):
        if said.get(seq) != shown.get(seq):
            fail(seq, "the history of the alias is not what the record says")


def _check_rollbacks(connection: Connection, model_id: int, fail: Fail) -> None:
    """A rollback asks nothing of a policy, since its version was let in before: so it must have been."""
    statement = select(EventRow.seq, EventRow.type, EventRow.alias, EventRow.version)
    mine = (EventRow.model_id == model_id, EventRow.type.in_(_MOVES))
    held: set[tuple[str, int]] = set()
    for row in connection.execute(statement.where(*mine).order_by(EventRow.seq)).mappings():
        if row["type"] == EventType.ALIAS_ROLLED_BACK and (row["alias"], row["version"]) not in held:
            fail(row["seq"], "it rolled the alias back to a version that never held it")
        held.add((row["alias"], row["version"]))


def _moves(connection: Connection, model_id: int) -> dict[int, list[Any]]:
    """What the record says each alias pointed at: alias, version, from and to, by the event that put it there."""
    statement = select(EventRow.seq, EventRow.type, EventRow.alias, EventRow.version, EventRow.at)
    mine = (EventRow.model_id == model_id, EventRow.type.in_(_MOVES))
    found: dict[int, list[Any]] = {}
    open_since: dict[str, int] = {}
    for row in connection.execute(statement.where(*mine).order_by(EventRow.seq)).mappings():
        if row["alias"] in open_since:
            found[open_since.pop(row["alias"])][3] = moment(row["at"])
        # An override that emptied the alias names no version.
        if row["type"] != EventType.ALIAS_CLEARED and row["version"] is not None:
            found[row["seq"]] = [row["alias"], row["version"], moment(row["at"]), None]
            open_since[row["alias"]] = row["seq"]
    return found


def _assignments(connection: Connection, model_id: int) -> dict[int, list[Any]]:
    statement = (
        select(EventRow.seq, AliasRow.name, VersionRow.version, AssignmentRow.from_at, AssignmentRow.to_at)
        .select_from(AssignmentRow)
        .join(EventRow, EventRow.id == AssignmentRow.set_by_event)
        .join(AliasRow, AliasRow.id == AssignmentRow.alias_id)
        .join(VersionRow, VersionRow.id == AssignmentRow.version_id)
        .where(AssignmentRow.model_id == model_id)
    )
    return {
        row["seq"]: [row["name"], row["version"], moment(row["from_at"]), row["to_at"] and moment(row["to_at"])]
        for row in connection.execute(statement).mappings()
    }


def _check_policies(connection: Connection, model_id: int, fail: Fail) -> None:
    said, shown = _rules(connection, model_id), _policies(connection, model_id)
    for seq in sorted({*said, *shown}):
        if said.get(seq) != shown.get(seq):
            fail(seq, "the policy of the alias, or from when to when it held, is not what the record says")


def _rules(connection: Connection, model_id: int) -> dict[int, list[Any]]:
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


def _policies(connection: Connection, model_id: int) -> dict[int, list[Any]]:
    statement = (
        select(EventRow.seq, AliasRow.name, PolicyRow.body, PolicyRow.digest, PolicyRow.from_at, PolicyRow.to_at)
        .join(EventRow, EventRow.id == PolicyRow.set_by_event)
        .join(AliasRow, AliasRow.id == PolicyRow.alias_id)
        .where(AliasRow.model_id == model_id)
    )
    return {
        row["seq"]: [
            row["name"],
            row["digest"] if Policy.parse(row["body"]).digest == row["digest"] else "another",
            moment(row["from_at"]),
            row["to_at"] and moment(row["to_at"]),
        ]
        for row in connection.execute(statement).mappings()
    }
