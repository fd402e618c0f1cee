"""Expiry is computed, by every reader alike and to the microsecond, and written down by the next act."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from airflow_provider_registry.errors import ApprovalNeededError, RequestEndedError
from airflow_provider_registry.registry.requests.tables import RequestRow
from tests.registry.requests.worlds import (
    approve,
    ask,
    last_event,
    now,
    pending_count,
    person,
    protect,
    reject,
    said_of,
)
from tests.support.kernel import contents

TICK = timedelta(microseconds=1)
NAMED = ("churn", 1, "production")


@pytest.fixture(params=["open", "approved"])
def request_(world, clock, request):
    """A request that expires in seven days."""
    asked = ask(protect(world, expires_after="7d"))
    return approve(world, "ana", asked) if request.param == "approved" else asked


def stored(world, request):
    with world.registry.engine.connect() as connection:
        statement = select(RequestRow.state).where(RequestRow.id == request.request_id)
        return connection.execute(statement).scalar_one()


class TestReaders:
    def test_until_its_time_is_over_every_reader_has_it_pending(self, world, clock, request_):
        clock.at = request_.expires_at - TICK
        assert now(world, request_) == request_
        assert world.registry.requests(state=["open", "approved"]) == [request_]
        assert world.registry.requests(state="expired") == []
        assert world.registry.newest_requests([NAMED])[NAMED].state == request_.state

    def test_from_its_time_on_every_reader_has_it_expired(self, world, clock, request_):
        for at in (request_.expires_at, request_.expires_at + timedelta(days=1000)):
            clock.at = at
            found = now(world, request_)
            assert (found.state, found.ended_at, found.ended_by) == ("expired", request_.expires_at, "")
            assert found.ended_why == "expired at 2099-03-10 12:00:00 UTC"
            assert found.missing == {}
            assert world.registry.requests(state="expired") == [found]
            assert world.registry.requests("churn", alias="production", state=["expired", "open"]) == [found]
            assert world.registry.requests(state=["open", "approved"]) == []
            status = world.registry.newest_requests([NAMED])[NAMED]
            assert (status.state, status.ended_why) == ("expired", found.ended_why)
        assert stored(world, request_) == request_.state

    def test_a_request_of_a_policy_without_it_never_expires(self, world, clock):
        request = ask(protect(world))
        clock.forward(days=100_000)
        assert now(world, request).state == "open"


class TestActs:
    def test_no_act_takes_an_expired_request_and_none_of_these_writes(self, world, clock, request_):
        clock.at = request_.expires_at
        before = contents(world.registry.engine)
        for act in (
            lambda: approve(world, "bo", request_),
            lambda: reject(world, "bo", request_),
            lambda: world.registry.withdraw(request_.request_id, reason="x"),
            lambda: world.registry.promote("churn", 1, "production", request=request_.request_id),
        ):
            with pytest.raises(RequestEndedError, match=r"expired at 2099-03-10 12:00:00 UTC.*ask again") as caught:
                act()
            assert caught.value.request.state == "expired"
        assert before == contents(world.registry.engine)

    def test_a_microsecond_before_they_do(self, world, clock, request_):
        clock.at = request_.expires_at - TICK
        assert approve(world, "bo", request_).state == "approved"

    def test_the_next_act_on_the_model_writes_it_down_in_its_own_event(self, world, clock, request_):
        clock.at = request_.expires_at
        computed = now(world, request_)
        world.registry.set_tag("models:/churn/2", "a", "b")
        assert now(world, request_) == computed
        assert stored(world, request_) == "expired"
        assert said_of(world, request_)[-1] == ("expired", "time")
        assert last_event(world).type == "version.tagged"
        assert str(last_event(world)).endswith(
            f"Request {request_.request_id} for version 1 expired, since its time ran out."
        )
        assert pending_count(world) == 0
        world.registry.verify_record("churn")

    def test_an_act_on_another_model_does_not(self, world, clock, request_):
        clock.at = request_.expires_at
        world.versions(0.9, model="leave")
        assert stored(world, request_) == request_.state

    def test_it_expires_though_the_same_act_would_have_ended_it_otherwise(self, world, clock, request_):
        """Half-open: at its last moment it was over already, whatever happens then."""
        clock.at = request_.expires_at
        second = ask(world, 2)
        assert now(world, request_).state == "expired"
        assert said_of(world, request_)[-1] == ("expired", "time")
        assert said_of(world, second) == []

    def test_the_same_is_asked_again_in_one_event(self, world, clock, request_):
        clock.at = request_.expires_at
        second = ask(world)
        assert second.request_id != request_.request_id
        assert second.expires_at == clock.at + timedelta(days=7)
        assert said_of(world, request_)[-1] == ("expired", "time")
        assert last_event(world).type == "request.opened"
        assert pending_count(world) == 1
        world.registry.verify_record("churn")

    def test_a_task_that_asked_asks_again_and_its_retry_finds_that(self, world, clock):
        protect(world, expires_after="7d")
        task = world.as_task(run_type="scheduled")
        first = ask(task)
        clock.at = first.expires_at
        second = ask(task)
        assert second.request_id != first.request_id
        assert ask(task) == second

    def test_a_promotion_asks_again_and_says_what_became_of_the_other(self, world, clock, request_):
        clock.at = request_.expires_at
        with pytest.raises(ApprovalNeededError, match="expired at 2099-03-10 12:00:00 UTC.*is open") as caught:
            world.registry.promote("churn", 1, "production")
        assert caught.value.request.request_id != request_.request_id
        assert caught.value.request.state == "open"

    def test_the_promotion_of_another_version_leaves_it_expired(self, world, clock, request_):
        clock.at = request_.expires_at
        world.registry.set_policy("churn", "production", {"gates": []} | {"approvals": [{"role": "any"}]})
        assert said_of(world, request_)[-1] == ("expired", "time")

    def test_once_expired_its_events_may_be_erased(self, world, clock, request_):
        clock.at = request_.expires_at
        world.registry.erase_event("churn", request_.event, reason="asked for")
        assert now(world, request_).requested_by == "(erased)"
        world.registry.verify_record("churn")

    def test_a_clock_that_goes_back_does_not_revive_it_once_it_is_written_down(self, world, clock, request_):
        clock.at = request_.expires_at
        world.registry.set_tag("models:/churn/2", "a", "b")
        clock.forward(days=-1)
        assert now(world, request_).state == "expired"
        with pytest.raises(RequestEndedError):
            approve(world, "bo", request_)


def test_on_the_databases_own_clock_a_second_is_a_second(world):
    """Without a clock of the test's: whoever reads until it is expired finds the acts of the same mind."""
    request = ask(protect(world, expires_after="1s"))
    while now(world, request).is_pending:
        pass
    assert world.registry.requests(state="expired") == [now(world, request)]
    with pytest.raises(RequestEndedError):
        approve(world, person("ana"), request)
    with world.registry.engine.connect():
        world.registry.set_tag("models:/churn/2", "a", "b")
    assert last_event(world).at >= request.expires_at
    world.registry.verify_record("churn")
