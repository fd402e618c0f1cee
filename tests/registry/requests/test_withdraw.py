"""Taking a request back."""

from __future__ import annotations

import pytest

from airflow_provider_registry.errors import InvalidInputError, RequestEndedError
from tests.registry.requests.worlds import approve, ask, by, last_event, pending_count, protect, said_of
from tests.support.kernel import contents


@pytest.fixture
def request_(world):
    return ask(protect(world))


@pytest.mark.parametrize("approved", [False, True])
def test_a_pending_request_is_withdrawn_by_somebody_for_a_reason(world, request_, approved):
    if approved:
        approve(world, "ana", request_)
    found = by(world, "dee").withdraw(request_.request_id, reason="not yet")
    assert (found.state, found.ended_by, found.ended_why) == ("withdrawn", "dee", "was withdrawn by dee: not yet")
    assert found.ended_at == last_event(world).at
    assert str(last_event(world)).endswith(
        f"dee withdrew request {request_.request_id} for version 1 to become production. Reason: not yet"
    )
    assert said_of(world, request_)[-1] == ("withdrawn", None)
    assert pending_count(world) == 0
    world.registry.verify_record("churn")


@pytest.mark.parametrize("reason", ["", "  ", None])
def test_a_reason_is_asked(world, request_, reason):
    with pytest.raises(InvalidInputError, match=r"[Ss]ay why|must be text"):
        world.registry.withdraw(request_.request_id, reason=reason)


def test_it_is_withdrawn_once_and_a_repeat_changes_nothing(world, request_):
    task = world.as_task()
    task.registry.withdraw(request_.request_id, reason="not yet")
    before = contents(world.registry.engine)
    assert task.registry.withdraw(request_.request_id, reason="not yet").state == "withdrawn"
    with pytest.raises(RequestEndedError, match=r"was withdrawn by retrain: not yet.*ask again"):
        world.registry.withdraw(request_.request_id, reason="me too")
    assert before == contents(world.registry.engine)


def test_once_erased_nobody_reads_who_and_why(world, request_):
    world.registry.withdraw(request_.request_id, reason="eve asked me to")
    world.registry.erase_event("churn", last_event(world).seq, reason="asked for")
    found = world.registry.get_request(request_.request_id)
    assert (found.ended_by, found.ended_why) == ("(erased)", "was withdrawn by (erased): (erased)")
    world.registry.verify_record("churn")
