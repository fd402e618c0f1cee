"""Promoting: an alias moves forward to a version; a protected one through its policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import NotPassedError
from airflow_provider_registry.names import check_alias, check_text
from airflow_provider_registry.registry.aliases.checked import CheckedBytes, with_checked_bytes
from airflow_provider_registry.registry.aliases.eligible import refuse_ineligible, refuse_older
from airflow_provider_registry.registry.aliases.repeats import repeated
from airflow_provider_registry.registry.aliases.state import AliasState, ensure_alias, move, read_state
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.gates.acts import record_refusal
from airflow_provider_registry.registry.gates.assess import Assessment, report_payload
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.record.events import EventType
from airflow_provider_registry.registry.versions.acts import locked_version


@dataclass(frozen=True)
class Wish:
    """What a promotion is asked for."""

    version: RowMapping
    alias: str
    reason: str
    allow_older: bool
    key: str | None


def promote(core: Core, wish: Wish, progress: Progress | None) -> int:
    """Promote a version; returns the id of the assignment. See `Registry.promote`."""
    check_alias(wish.alias)
    check_text("reason", wish.reason)
    checked = CheckedBytes()
    outcome = with_checked_bytes(core, checked, lambda: _run(core, wish, checked), progress)
    if isinstance(outcome, GateReport):
        raise NotPassedError(outcome.sentence(), outcome)
    return outcome


def _run(core: Core, wish: Wish, checked: CheckedBytes) -> int | GateReport:
    """The act. A refusal by the gates is an act too, whose report must be committed before it is raised."""
    number = wish.version["version"]
    fingerprint = sha256_of([number, wish.version["digest"]])
    asked = Asked("promote", wish.version["model_name"], fingerprint, alias=wish.alias, key=wish.key)

    def work(act: Act) -> int | GateReport:
        version = locked_version(act, number)
        state = read_state(act.connection, act.model["id"], wish.alias)
        state.refuse_locked(act.model["name"])
        if state.holder is not None and state.holder["version_id"] == version["id"]:
            return _confirm(act, state, version, wish)
        refuse_ineligible(act, version, state)
        if not wish.allow_older:
            refuse_older(act, version, state)
        checked.require(act, version, state)
        return _move(act, state, version, wish, asked)

    return core.acts.run(asked, work, repeated)


def _confirm(act: Act, state: AliasState, version: RowMapping, wish: Wish) -> int:
    """The version holds the alias already: nothing moves, but that it was asked for is known, for repeats."""
    assert state.last is not None
    payload = {"assignment": state.last["id"]}
    where: dict[str, Any] = {"version": version["version"], "alias": state.name}
    act.record(EventType.ALIAS_CONFIRMED, payload, **where, private={"reason": wish.reason})
    return int(state.last["id"])


def _move(act: Act, state: AliasState, version: RowMapping, wish: Wish, asked: Asked) -> int | GateReport:
    replaced = state.holder["version"] if state.holder else None
    payload: dict[str, Any] = {"replaced": replaced, "digest": version["digest"], "allow_older": wish.allow_older}
    assessment = Assessment(act, version, state) if state.policy is not None else None
    fresh = False
    if assessment is not None:
        report = assessment.stored_and_bound()
        fresh = report is None
        if report is None and not assessment.report.passed:
            return record_refusal(assessment, asked)
        payload["report"] = report_payload(report or assessment.report)
    where: dict[str, Any] = {"version": version["version"], "alias": state.name}
    event_id = act.record(EventType.ALIAS_PROMOTED, payload, **where, private={"reason": wish.reason})
    if assessment is not None and fresh:
        assessment.store(event_id)
    alias_id = ensure_alias(act, state)
    return move(act, state, alias_id, event_id, version["id"], previous_id=state.baseline_id)
