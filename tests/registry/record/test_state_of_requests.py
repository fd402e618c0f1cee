"""Requests and decisions beside the record: whoever edits, adds or removes one is found out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from airflow_provider_registry.errors import RecordTamperedError, RefusedError
from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.database.engine import acting
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.requests.states import RequestState, Verdict
from airflow_provider_registry.registry.requests.tables import DecisionRow, RequestRow
from airflow_provider_registry.registry.versions.tables import VersionRow
from tests.registry.requests.worlds import LEAD, approve, ask, asks, now, protect, reject

LATER = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.fixture
def filled(world):
    """Of one model: a request that was promoted, one that was rejected, and one that is open; another model too."""
    protect(world, {**LEAD, "count": 2}, versions=4, expires_after="7d")
    world.registry.set_policy("churn", "staging", asks({"role": "any"}))
    world.registry.validate("churn", 1, alias="production")
    for name, request in (("ana", ask(world)), ("bo", ask(world))):
        approve(world, name, request)
    world.registry.promote("churn", 1, "production")
    reject(world, "ana", ask(world, 2))
    approve(world, "bo", ask(world, 3))
    world.versions(0.9, model="leave")
    world.registry.set_policy("leave", "production", asks())
    other = world.registry.request_promotion("leave", 1, "production")
    approve(world, "ana", other)
    world.registry.withdraw(other.request_id, reason="wait")
    world.registry.verify_record("churn")
    world.registry.verify_record("leave")
    return world


def edit(world, statement, rows=1):
    with acting(world.registry.engine).connect() as connection, connection.begin():
        found = connection.execute(statement).rowcount
        assert rows is None or found == rows


def tampered(world, model="churn"):
    with pytest.raises(RecordTamperedError) as caught:
        world.registry.verify_record(model)
    return str(caught.value)


def in_state(state):
    """The id of the request of `churn` in this state."""
    mine = (RequestRow.state == state, RequestRow.model_id == model("churn"))
    return select(func.max(RequestRow.id)).where(*mine).scalar_subquery()


def model(name):
    return select(ModelRow.id).where(ModelRow.name == name).scalar_subquery()


def event_of(name, kind):
    mine = (EventRow.model_id == model(name), EventRow.type == kind)
    return select(func.max(EventRow.id)).where(*mine).scalar_subquery()


REQUEST_EDITS: dict[str, dict[str, Any]] = {
    "state of an open one": {"of": RequestState.OPEN, "state": RequestState.APPROVED},
    "state of an ended one": {"of": RequestState.REJECTED, "state": RequestState.WITHDRAWN},
    "a revived one": {"of": RequestState.REJECTED, "state": RequestState.OPEN},
    "version": {
        "of": RequestState.OPEN,
        "version_id": select(VersionRow.id).where(VersionRow.version == 4).scalar_subquery(),
    },
    "alias": {
        "of": RequestState.OPEN,
        "alias_id": select(AliasRow.id).where(AliasRow.name == "staging").scalar_subquery(),
    },
    "report": {"of": RequestState.OPEN, "report_id": select(func.min(GateReportRow.id)).scalar_subquery()},
    "time of asking": {"of": RequestState.OPEN, "requested_at": LATER},
    "expiry": {"of": RequestState.OPEN, "expires_at": LATER},
    "no expiry": {"of": RequestState.OPEN, "expires_at": None},
    "time of the end": {"of": RequestState.PROMOTED, "ended_at": LATER},
    "no time of the end": {"of": RequestState.PROMOTED, "ended_at": None},
    "an end where there is none": {"of": RequestState.OPEN, "ended_at": LATER},
    "who ended it": {"of": RequestState.REJECTED, "ended_by_event": event_of("churn", "version.registered")},
    "nobody who ended it": {"of": RequestState.REJECTED, "ended_by_event": None},
    "somebody of another model": {
        "of": RequestState.REJECTED,
        "ended_by_event": event_of("leave", "version.registered"),
    },
}
DECISION_EDITS: dict[str, dict[str, Any]] = {
    "role": {"role": "boss"},
    "verdict": {"verdict": Verdict.REJECT},
    "report": {"report_digest": "0" * 64},
    "event": {"event_id": event_of("churn", "version.registered")},
    "request": {"request_id": in_state(RequestState.PROMOTED)},
}


@pytest.mark.parametrize("edited", REQUEST_EDITS)
def test_no_column_of_a_request_can_be_edited_unseen(filled, edited):
    values = dict(REQUEST_EDITS[edited])
    of = in_state(values.pop("of"))
    edit(filled, update(RequestRow).where(RequestRow.id == of).values(values))
    assert "promotion request" in tampered(filled)


@pytest.mark.parametrize("edited", DECISION_EDITS)
def test_no_column_of_a_decision_can_be_edited_unseen(filled, edited):
    mine = DecisionRow.request_id == in_state(RequestState.OPEN)
    edit(filled, update(DecisionRow).where(mine).values(DECISION_EDITS[edited]))
    assert "decisions on the promotion request" in tampered(filled)


def test_a_decision_is_not_another_models_event_of_the_same_place(filled):
    """Else the person who is said to have decided would be another one's choice."""
    with filled.registry.engine.connect() as connection:
        mine = (EventRow.model_id == model("churn"), EventRow.type == "request.decided")
        seq = connection.execute(select(func.max(EventRow.seq)).where(*mine)).scalar_one()
    while filled.registry.record_head("leave").count < seq:
        filled.registry.set_tag("models:/leave/1", "n", str(filled.registry.record_head("leave").count))
    other = select(EventRow.id).where(EventRow.model_id == model("leave"), EventRow.seq == seq).scalar_subquery()
    mine = DecisionRow.request_id == in_state(RequestState.OPEN)
    edit(filled, update(DecisionRow).where(mine).values(event_id=other))
    assert "decisions on the promotion request" in tampered(filled)


def test_a_removed_decision_is_found(filled):
    edit(filled, delete(DecisionRow).where(DecisionRow.request_id == in_state(RequestState.OPEN)))
    assert "decisions on the promotion request" in tampered(filled)


def test_an_added_decision_is_found(filled):
    row = {"request_id": in_state(RequestState.OPEN), "role": "ml-lead", "verdict": Verdict.APPROVE}
    row |= {"report_digest": "0" * 64, "event_id": event_of("churn", "alias.promoted")}
    edit(filled, insert(DecisionRow).values(row), rows=None)
    assert "decisions on the promotion request" in tampered(filled)


def test_a_removed_request_is_found(filled):
    gone = in_state(RequestState.OPEN)
    edit(filled, delete(DecisionRow).where(DecisionRow.request_id == gone))
    edit(filled, delete(RequestRow).where(RequestRow.id == gone))
    assert "is not what the record says" in tampered(filled)


def test_an_added_request_is_found(filled):
    with filled.registry.engine.connect() as connection:
        known = dict(connection.execute(select(RequestRow.__table__)).mappings().first() or {})
        known["id"] = connection.execute(select(event_of("churn", "version.registered"))).scalar_one()
    edit(filled, insert(RequestRow).values(known), rows=None)
    assert f"does not know the promotion request {known['id']}" in tampered(filled)


@pytest.mark.parametrize("count", [0, 2, -1])
def test_another_number_of_pending_requests_is_found(filled, count):
    edit(filled, update(ModelRow).where(ModelRow.name == "churn").values(pending_requests=count))
    assert f"counts {count} pending promotion requests, and the record 1" in tampered(filled)


class TestPolicyOfAReport:
    """A request is judged by the policy of its report: nobody may put another one under it."""

    @pytest.fixture
    def lax(self, filled):
        """The report of the open request points at the policy of `staging`, by which anybody may approve."""
        staging = select(AliasRow.id).where(AliasRow.name == "staging").scalar_subquery()
        policy = select(PolicyRow.id).where(PolicyRow.alias_id == staging).scalar_subquery()
        report = select(RequestRow.report_id).where(RequestRow.id == in_state(RequestState.OPEN)).scalar_subquery()
        edit(filled, update(GateReportRow).where(GateReportRow.id == report).values(policy_id=policy))
        return filled

    def test_it_is_found(self, lax):
        assert "its gate report is not the one" in tampered(lax)

    def test_it_is_not_obeyed(self, lax):
        (request,) = lax.registry.requests("churn", state="open")
        with pytest.raises(RecordTamperedError, match="judged by another policy"):
            approve(lax, "eve", request)


class TestErasing:
    def test_what_a_pending_request_is_judged_by_is_not_erased(self, filled):
        (request,) = filled.registry.requests("churn", state="open")
        for seq in (request.event, request.decisions[0].event):
            with pytest.raises(RefusedError, match=r"still pending.*withdraw it, or wait"):
                filled.registry.erase_event("churn", seq, reason="asked for")
        assert now(filled, request) == request

    def test_once_it_has_ended_it_is_and_the_record_holds(self, filled):
        (request,) = filled.registry.requests("churn", state="open")
        ended = filled.registry.withdraw(request.request_id, reason="asked for")
        for seq in (request.event, request.decisions[0].event):
            filled.registry.erase_event("churn", seq, reason="asked for")
        found = now(filled, request)
        assert (found.requested_by, found.decisions[0].by) == ("(erased)", "(erased)")
        assert (found.state, found.ended_why) == (ended.state, ended.ended_why)
        filled.registry.verify_record("churn")

    def test_an_attempt_that_was_refused_may_be_erased_at_any_time(self, filled):
        from airflow_provider_registry.errors import DecisionRefusedError

        (request,) = filled.registry.requests("churn", state="open")
        with pytest.raises(DecisionRefusedError):
            approve(filled, "eve", request)
        filled.registry.erase_event("churn", filled.registry.record_head("churn").count, reason="asked for")
        filled.registry.verify_record("churn")
