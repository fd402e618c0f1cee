"""Deciding: one person approves or rejects a request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert, select

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import DecisionRefusedError, InvalidInputError, StaleReportError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import check_text
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.requests.admission import (
    Refusal,
    named_role,
    only_role,
    refuse,
    refuse_door,
)
from airflow_provider_registry.registry.requests.locked import LockedRequest, lock_request, model_of
from airflow_provider_registry.registry.requests.people import actor_of, parties
from airflow_provider_registry.registry.requests.queries import request_by_id
from airflow_provider_registry.registry.requests.states import RequestState, Verdict
from airflow_provider_registry.registry.requests.tables import DecisionRow
from airflow_provider_registry.registry.requests.tally import Said, last_words, missing


@dataclass(frozen=True)
class Answer:
    """What a person answers.

    Attributes:
        role: None for the only one in which they may decide.
        report: digest of the gate report that they saw; None for whichever the request has.
    """

    verdict: Verdict
    role: str | None
    comment: str
    report: str | None
    key: str | None


def decide(core: Core, request_id: int, answer: Answer) -> None:
    """Decide on a request; see `Registry.decide`."""
    check_text("comment", answer.comment)
    for name in ("role", "report", "key"):
        if (given := getattr(answer, name)) is not None:
            check_text(name, given)
    actor = core.caller.actor
    said = [request_id, answer.verdict.value, answer.role, answer.report, actor.issuer, actor.subject]
    asked = Asked("decide", model_of(core, request_id), sha256_of(said), key=answer.key)

    def work(act: Act) -> Refusal | None:
        request = lock_request(act, request_id)
        request.refuse_ended()
        _refuse_stale(request, answer)
        role, refusal = _admit(act, request, answer)
        if refusal is not None:
            _record_refusal(act, request, answer, role, refusal)
            return refusal
        _record(act, request, replace(answer, role=role))
        return None

    def repeat(act: Act, event: Row) -> Refusal | None:
        request = lock_request(act, request_id)
        if event["type"] == EventType.REQUEST_DECISION_REFUSED:
            refusal = _admit(act, request, answer)[1] if request.is_pending else None
            if refusal is not None:
                return refusal
        elif not request.is_pending or _stands(act, request, event):
            return None
        act.again()
        return work(act)

    refusal = core.acts.run(asked, work, repeat)
    if refusal is not None:
        raise DecisionRefusedError(
            f"The decision does not count, and the record keeps that it was tried. {refusal.sentence}",
            request_by_id(core, request_id),
        )


def decisions_of(act: Act, request_id: int) -> list[tuple[int, Said]]:
    """What was decided so far, with the event of each, in order."""
    statement = (
        select(DecisionRow.event_id, DecisionRow.role, DecisionRow.verdict, EventRow.private)
        .join(EventRow, EventRow.id == DecisionRow.event_id)
        .where(DecisionRow.request_id == request_id)
        .order_by(DecisionRow.event_id)  # the record's order, which nobody can edit unseen
    )
    rows = act.connection.execute(statement).mappings()
    return [(row["event_id"], Said(actor_of(row["private"]), row["role"], row["verdict"])) for row in rows]


def _refuse_stale(request: LockedRequest, answer: Answer) -> None:
    if answer.report is not None and answer.report != request.report_digest:
        raise StaleReportError(
            f"You looked at the gate report {answer.report[:12]}, and request {request.id} has "
            f"{request.report_digest[:12]} now: look again, then decide.",
            request.view(),
        )


def _admit(act: Act, request: LockedRequest, answer: Answer) -> tuple[str, Refusal | None]:
    """The role in which the answer is given, and what keeps it from counting."""
    policy, caller = request.policy, act.caller
    if not policy.approvals:
        raise InvalidInputError(f"The policy asks for no approvals, so nobody decides on request {request.id}.")
    at_all = refuse_door(policy, caller) is None
    role = named_role(policy, answer.role) if answer.role else only_role(policy, caller) if at_all else ""
    behind = parties(act.connection, request.row) if policy.four_eyes else ()
    return role, refuse(policy, caller, role, behind)


def _record(act: Act, request: LockedRequest, answer: Answer) -> None:
    assert answer.role is not None
    mine = Said(act.caller.actor, answer.role, answer.verdict)
    lacking = missing(request.policy, [*(said for _, said in decisions_of(act, request.id)), mine])
    if answer.verdict is Verdict.REJECT:
        act.pending.move(request.row, RequestState.REJECTED)
    elif request.row["state"] is RequestState.OPEN and not lacking:
        act.pending.move(request.row, RequestState.APPROVED)
    elif request.row["state"] is RequestState.APPROVED and lacking:
        # They approved it in one role and now do so in another. It has its approvals and keeps them: whoever wants
        # theirs back rejects it.
        act.idle = True
        return
    payload: dict[str, Any] = {"request": request.id, "verdict": answer.verdict.value, "role": answer.role}
    payload |= {"report_digest": request.report_digest, "missing": lacking}
    event_id = act.record(EventType.REQUEST_DECIDED, payload, **request.where, private={"comment": answer.comment})
    row = {"request_id": request.id, "role": answer.role, "verdict": answer.verdict, "event_id": event_id}
    act.connection.execute(insert(DecisionRow).values(**row, report_digest=request.report_digest))


def _record_refusal(act: Act, request: LockedRequest, answer: Answer, role: str, refusal: Refusal) -> None:
    payload: dict[str, Any] = {"request": request.id, "verdict": answer.verdict.value, "role": role}
    payload["bar"] = refusal.bar.value
    private = {"comment": answer.comment, "why": refusal.sentence}
    act.record(EventType.REQUEST_DECISION_REFUSED, payload, **request.where, private=private)


def _stands(act: Act, request: LockedRequest, event: Row) -> bool:
    """Whether a decision made before is still that person's last word, or has become it again since."""
    decided = decisions_of(act, request.id)
    counts = last_words(request.policy, [said for _, said in decided])
    made = [said for event_id, said in decided if event_id == event["id"]]
    return any(counting and said in made for (_, said), counting in zip(decided, counts, strict=True))
