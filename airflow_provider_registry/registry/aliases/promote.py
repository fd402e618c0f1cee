"""Promoting: an alias moves forward to a version; a protected one through its policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import ApprovalNeededError, NotPassedError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import check_alias, check_text
from airflow_provider_registry.registry.aliases.checked import CheckedBytes, with_checked_bytes
from airflow_provider_registry.registry.aliases.eligible import refuse_ineligible, refuse_older
from airflow_provider_registry.registry.aliases.queries import assignment_by_id
from airflow_provider_registry.registry.aliases.repeats import repeated
from airflow_provider_registry.registry.aliases.state import AliasState, asked_of_alias, ensure_alias, move, read_state
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.aliases.views import Assignment
from airflow_provider_registry.registry.aliases.wish import Wish
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.batch import Asking
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.gates.acts import record_refusal
from airflow_provider_registry.registry.gates.assess import Assessment, asked_first, report_payload
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.requests.commit import approved_request, refuse_another
from airflow_provider_registry.registry.requests.opening import Opened
from airflow_provider_registry.registry.requests.queries import request_by_id
from airflow_provider_registry.registry.requests.states import Ending, RequestState
from airflow_provider_registry.registry.storage.checks import CHECKED_AT
from airflow_provider_registry.registry.versions.acts import VERSION, locked_version

# A promotion that was made now; the id of an assignment that was there; or what keeps the alias from moving.
_Outcome: TypeAlias = Assignment | int | GateReport | Opened


@dataclass
class _Promotion:
    """A promotion under way."""

    act: Act
    wish: Wish
    asked: Asked
    version: Row
    state: AliasState


def promote(core: Core, wish: Wish, progress: Progress | None) -> Assignment:
    """Promote a version; see `Registry.promote`."""
    check_alias(wish.alias)
    check_text("reason", wish.reason)
    checked = CheckedBytes()
    outcome = with_checked_bytes(core, checked, lambda: _run(core, wish, checked), progress)
    if isinstance(outcome, GateReport):
        raise NotPassedError(outcome.sentence(), outcome)
    if isinstance(outcome, Opened):
        raise _needed(core, outcome)
    return outcome if isinstance(outcome, Assignment) else assignment_by_id(core, outcome)


def _needed(core: Core, opened: Opened) -> ApprovalNeededError:
    request = request_by_id(core, opened.request_id)
    before = f"{request_by_id(core, opened.earlier).sentence()} " if opened.earlier is not None else ""
    return ApprovalNeededError(f"{before}{request.sentence()} Promote again once it is approved.", request)


def _run(core: Core, wish: Wish, checked: CheckedBytes) -> _Outcome:
    """The act. What keeps it from moving the alias, a report or a request, is committed before it is raised."""
    number = wish.version["version"]
    fingerprint = sha256_of([number, wish.version["digest"]])
    asked = Asked("promote", wish.version["model_name"], fingerprint, alias=wish.alias, key=wish.key)

    def work(act: Act) -> _Outcome:
        version = locked_version(act, number)
        state = read_state(act.rows, act.model["id"], wish.alias)
        state.refuse_locked(act.model["name"])
        if state.holder is not None and state.holder["version_id"] == version["id"]:
            return _confirm(act, state, version, wish)
        if wish.request is not None:
            refuse_another(act, state, version, wish.request)
        refuse_ineligible(act, version, state)
        if not wish.allow_older:
            refuse_older(act, version, state)
        checked.require(act, version, state)
        promotion = _Promotion(act, wish, asked, version, state)
        return _move(promotion) if state.policy is None else _through_policy(promotion)

    ids = (AliasRow, AssignmentRow)
    return core.acts.run(asked, work, repeated, ids=ids, reads=_asked_first(wish))


def _asked_first(wish: Wish) -> list[Asking]:
    """What the act reads of the version, the alias, and, should it be protected, of the candidate and the baseline."""
    version = wish.version
    numbered = {"model_id": version["model_id"], "version": version["version"]}
    candidate = [(CHECKED_AT, {"version_id": version["id"]}), *asked_first(version, wish.alias)]
    return [(VERSION, numbered), *asked_of_alias(version["model_id"], wish.alias), *candidate]


def _confirm(act: Act, state: AliasState, version: Row, wish: Wish) -> int:
    """The version holds the alias already: nothing moves, but that it was asked for is known, for repeats."""
    assert state.last is not None
    payload = {"assignment": state.last["id"]}
    where: dict[str, Any] = {"version": version["version"], "alias": state.name}
    act.record(EventType.ALIAS_CONFIRMED, payload, **where, private={"reason": wish.reason})
    return int(state.last["id"])


def _through_policy(promotion: _Promotion) -> _Outcome:
    assessment = Assessment(promotion.act, promotion.version, promotion.state)
    report = assessment.stored_and_bound()
    if report is None and not assessment.report.passed:
        return record_refusal(assessment, promotion.asked)
    request = approved_request(assessment, report, promotion.asked, promotion.wish)
    if isinstance(request, Opened):
        return request
    if request is not None:
        promotion.act.pending.move(request, RequestState.PROMOTED)
    return _move(promotion, assessment, report, request)


def _move(
    promotion: _Promotion,
    assessment: Assessment | None = None,
    stored: GateReport | None = None,
    request: Row | None = None,
) -> Assignment:
    """Write it down.

    Parameters:
        assessment: of a protected alias.
        stored: the report that lets the version in; None where it is the assessment's own, which is stored now.
        request: the approved request that is promoted.
    """
    act, state, version = promotion.act, promotion.state, promotion.version
    payload: dict[str, Any] = {"replaced": state.holder["version"] if state.holder else None}
    payload |= {"digest": version["digest"], "allow_older": promotion.wish.allow_older}
    if assessment is not None:
        payload["report"] = report_payload(stored or assessment.report)
    if request is not None:
        payload["request"] = request["id"]
    if state.alias_id is not None:
        act.pending.end_all(Ending.BASELINE, alias_id=state.alias_id)
    where: dict[str, Any] = {"version": version["version"], "alias": state.name}
    event_id = act.record(EventType.ALIAS_PROMOTED, payload, **where, private={"reason": promotion.wish.reason})
    if assessment is not None and stored is None:
        assessment.store(event_id)
    move(act, state, ensure_alias(act, state), event_id, version["id"], previous_id=state.baseline_id)
    rules = state.rules
    return Assignment(
        model_name=act.model["name"],
        alias=state.name,
        version=version["version"],
        digest=version["digest"],
        from_at=act.at,
        to_at=None,
        previous_version=payload["replaced"],
        act=EventType.ALIAS_PROMOTED,
        event=act.head["head_seq"],
        by=act.caller.actor.name,
        reason=promotion.wish.reason,
        unchecked=False,
        request=payload.get("request"),
        task=act.caller.producer.task_key if act.caller.producer else None,
        review_due=act.at + rules.review_every if rules and rules.review_every else None,
    )
