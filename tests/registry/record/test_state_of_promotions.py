"""Promotions and overrides that lack what must stand beside them are found."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, update

from airflow_provider_registry.errors import RecordTamperedError
from airflow_provider_registry.registry import Actor, Caller
from airflow_provider_registry.registry.aliases import let_in, rollback
from airflow_provider_registry.registry.aliases.tables import OverrideRow
from airflow_provider_registry.registry.database.engine import acting
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.requests import commit
from airflow_provider_registry.registry.requests.pending import PendingRequests
from airflow_provider_registry.registry.requests.tables import DecisionRow, RequestRow
from tests.support.kernel import FLOOR

ASKS = {**FLOOR, "approvals": [{"role": "ml-lead"}, {"role": "risk"}], "override": {"users": ["ana"]}}
ANA, BO = (Caller(Actor("python", name, name)) for name in ("ana", "bo"))


@pytest.fixture
def passed(world):
    """A model whose alias was promoted with its approvals, overridden, and emptied."""
    world.versions(0.9, 0.91)
    registry = world.registry
    registry.promote("churn", 2, "production")  # before there was a policy
    registry.set_policy("churn", "production", ASKS)
    request = registry.request_promotion("churn", 1, "production")
    registry.acting_as(ANA).decide(request.request_id, verdict="approve", role="ml-lead")
    registry.acting_as(BO).decide(request.request_id, verdict="approve", role="risk")
    registry.promote("churn", 1, "production")
    registry.acting_as(ANA).override("churn", 2, "production", reason="a test")
    registry.acting_as(ANA).clear_alias("churn", "production", reason="a test")
    return registry


def edit(registry, *statements):
    with acting(registry.engine).connect() as connection, connection.begin():
        for statement in statements:
            connection.execute(statement)


def events(registry, kind):
    return [event.seq for event in registry.model_events("churn") if event.type == kind]


def test_what_was_let_in_is_found_whole(passed):
    passed.verify_record("churn")


def test_erasing_who_approved_leaves_the_approvals(passed):
    for seq in events(passed, "request.decided"):
        passed.erase_event("churn", seq, reason="asked for")
    passed.verify_record("churn")


def test_what_a_later_policy_asks_is_not_asked_of_what_was_before_it(passed):
    passed.set_policy("churn", "production", {**ASKS, "approvals": [{"role": "other", "count": 3}]})
    passed.verify_record("churn")


def test_an_override_without_its_row_is_found_at_the_first(passed):
    edit(passed, delete(OverrideRow))
    with pytest.raises(RecordTamperedError, match="somebody overrode the policy") as caught:
        passed.verify_record("churn")
    assert events(passed, "alias.overridden")[0] == caught.value.seq


def test_another_event_that_is_shown_as_an_override_is_found(passed):
    promoted = select(EventRow.id).where(EventRow.type == "alias.promoted").order_by(EventRow.seq).limit(1)
    edit(passed, insert(OverrideRow).from_select(["event_id"], promoted))
    with pytest.raises(RecordTamperedError, match="the record says that it was none"):
        passed.verify_record("churn")


def test_a_decision_that_was_removed_is_found(passed):
    edit(passed, delete(DecisionRow).where(DecisionRow.role == "risk"))
    with pytest.raises(RecordTamperedError, match="decisions"):
        passed.verify_record("churn")


def test_a_reject_is_no_approval(passed):
    edit(passed, update(DecisionRow).where(DecisionRow.role == "risk").values(verdict="reject"))
    with pytest.raises(RecordTamperedError, match="decisions"):
        passed.verify_record("churn")


def test_a_rollback_to_what_never_held_the_alias_is_found(passed, world, monkeypatch):
    """It asks nobody, since its version was let in before: so whoever made it up would need no approvals."""
    world.versions(0.99)
    monkeypatch.setattr(rollback, "_target", lambda *_: {"version": 3, "previous_id": None})
    passed.rollback("churn", "production", reason="made up")
    with pytest.raises(RecordTamperedError, match="never held it") as caught:
        passed.verify_record("churn")
    assert events(passed, "alias.rolled_back") == [caught.value.seq]


def test_two_approvals_of_one_person_are_not_those_of_two(world, monkeypatch):
    world.versions(0.9)
    world.registry.set_policy("churn", "production", {**FLOOR, "approvals": [{"role": "ml-lead", "count": 2}]})
    request = world.registry.request_promotion("churn", 1, "production")
    for comment in ("yes", "yes, yes"):
        world.registry.acting_as(ANA).decide(request.request_id, verdict="approve", comment=comment, key=comment)
    edit(world.registry, update(RequestRow).values(state="approved"))
    monkeypatch.setattr(commit, "missing", lambda *_: {})
    world.registry.promote("churn", 1, "production")
    with pytest.raises(RecordTamperedError, match="which still missed"):
        world.registry.verify_record("churn")


@pytest.mark.parametrize("named", ["none", "one that is spent"])
def test_a_promotion_that_was_made_up_without_a_request_of_its_own_is_found(passed, named, monkeypatch):
    """As whoever holds the worker's role could write it: a chain that is right, and says anything."""
    spent = {"id": passed.requests("churn")[0].request_id}
    monkeypatch.setattr(let_in, "approved_request", lambda *_: None if named == "none" else spent)
    monkeypatch.setattr(PendingRequests, "move", lambda *_: None)
    passed.promote("churn", 1, "production")
    with pytest.raises(RecordTamperedError, match="approvals of ml-lead"):
        passed.verify_record("churn")
