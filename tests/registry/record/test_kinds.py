"""The names of events: the type of each, and the narrower ones."""

from __future__ import annotations

from dataclasses import replace

from airflow_provider_registry.event_types import KINDS, NarrowKind
from airflow_provider_registry.registry import EventType
from airflow_provider_registry.registry.record.kinds import kinds_of
from tests.registry.requests.worlds import LEAD, RISK, approve, ask, last_event, protect, reject
from tests.support.kernel import FLOOR


def last_kinds(world):
    """The names of the newest event."""
    return kinds_of(last_event(world))


class TestKinds:
    def test_no_narrower_name_is_also_a_type(self):
        assert not {*EventType} & {*NarrowKind}
        assert {*KINDS} == {*EventType, *NarrowKind}

    def test_an_event_without_a_narrower_name_has_its_type(self, world):
        world.versions(0.8)
        assert last_kinds(world) == ("version.registered",)


class TestValidated:
    def test_a_version_passes_or_fails(self, world):
        world.versions(0.7, 0.9)
        world.registry.set_policy("churn", "production", FLOOR)
        world.registry.validate("churn", 1, alias="production")
        assert last_kinds(world) == ("version.validated", "version.failed")
        world.registry.validate("churn", 2, alias="production")
        assert last_kinds(world) == ("version.validated", "version.passed")


class TestRequests:
    def test_the_decision_that_completes_the_approvals_approves_and_no_other_does(self, world):
        protect(world, {**LEAD, "count": 1}, {**RISK, "users": ["cy", "di"]})
        request = ask(world)
        assert last_kinds(world) == ("request.opened",)
        approve(world, "ana", request)
        assert last_kinds(world) == ("request.decided",)
        approve(world, "cy", request)
        assert last_kinds(world) == ("request.decided", "request.approved")
        approve(world, "bo", request)
        assert last_kinds(world) == ("request.decided",)

    def test_a_rejection_rejects(self, world):
        protect(world)
        reject(world, "ana", ask(world))
        assert last_kinds(world) == ("request.decided", "request.rejected")

    def test_the_end_of_another_request_is_not_the_end_of_this_one(self, world):
        protect(world, LEAD, RISK)
        approve(world, "bo", ask(world))
        event = last_event(world)
        expired = {"request": 99, "version": 2, "state": "expired", "why": "time"}
        assert kinds_of(replace(event, payload={**event.payload, "requests": [expired]})) == ("request.decided",)

    def test_a_request_of_a_policy_that_asks_nobody_is_approved_at_once(self, world):
        world.versions(0.9)
        world.registry.set_policy("churn", "production", FLOOR)
        ask(world)
        assert last_kinds(world) == ("request.opened", "request.approved")
