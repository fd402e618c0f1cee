"""Whether a person may decide, before they try: it says what `decide` would."""

from __future__ import annotations

import pytest

from airflow_provider_registry.errors import DecisionRefusedError, RequestNotFoundError, TooLargeError
from airflow_provider_registry.registry.caller import Via
from tests.registry.requests.worlds import LEAD, RISK, approve, ask, by, person, protect
from tests.support.kernel import FLOOR, contents


def standing(world, who, request):
    return by(world, who).standings([request.request_id]).get(request.request_id)


def test_who_may_decide_sees_in_which_roles(world):
    request = ask(protect(world, LEAD, RISK))
    assert [("ml-lead",), ("risk",), ("ml-lead", "risk")] == [
        standing(world, who, request).roles for who in ("bo", "cy", "ana")
    ]
    assert "" == standing(world, "bo", request).refusal


def test_a_request_waits_for_whoever_could_give_what_is_missing_and_has_not(world):
    request = ask(protect(world, {**LEAD, "count": 2}, RISK))

    def waiting():
        return [who for who in ("ana", "bo", "cy", "eve") if standing(world, who, request).waits]

    assert ["ana", "bo", "cy"] == waiting()
    approve(world, "ana", request, role="ml-lead")
    assert ["bo", "cy"] == waiting()  # ana's word counts once
    approve(world, "cy", request)
    assert ["bo"] == waiting()
    approve(world, "bo", request)
    assert [] == waiting()


@pytest.mark.parametrize(
    ("policy", "who"),
    [
        ({}, "eve"),
        ({"via": ["airflow-ui"]}, person("ana", via=Via.CLI)),
        ({"four_eyes": True}, "ana"),
    ],
    ids=["no role", "another door", "four eyes"],
)
def test_who_may_not_reads_the_words_that_a_try_would_give(world, policy, who):
    protect(world, **policy)
    request = by(world, "ana").request_promotion("churn", 1, "production")
    before = contents(world.registry.engine)
    told = standing(world, who, request)
    assert before == contents(world.registry.engine)
    with pytest.raises(DecisionRefusedError) as refused:
        approve(world, who, request)
    assert ((), True, True) == (told.roles, bool(told.refusal), told.refusal in str(refused.value))


def test_what_is_over_or_not_there_is_left_out(world):
    request = ask(protect(world))
    world.registry.withdraw(request.request_id, reason="too early")
    assert {} == by(world, "ana").standings([request.request_id, 4711])
    assert {} == by(world, "ana").standings([])
    with pytest.raises(RequestNotFoundError):
        by(world, "ana").standings([-1])
    with pytest.raises(TooLargeError):
        by(world, "ana").standings(range(1, 1_002))


def test_where_no_approvals_are_asked_for_nobody_decides(world):
    world.versions(0.9)
    world.registry.set_policy("churn", "production", FLOOR)
    told = standing(world, "ana", ask(world))
    assert ((), True) == (told.roles, "asks for no approvals" in told.refusal)
