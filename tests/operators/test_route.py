from __future__ import annotations

import pytest

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.operators.route import EndRouteOperator, RouteTrafficOperator
from airflow_provider_registry.registry import Actor, Caller
from tests.support.skin import APPROVALS, THRESHOLD
from tests.support.tasks import Run, a_dag


def route(operator=RouteTrafficOperator, **kwargs):
    with a_dag():
        return operator(task_id="route", **{"model_name": "churn", "version": 2, "alias": "production", **kwargs})


@pytest.fixture
def registry(skin_registry, artifact):
    """Version 1 is live; 2 is better, and 3 is bad."""
    for key, auc in (("a", 0.9), ("b", 0.95), ("c", 0.1)):
        skin_registry.register_version("churn", artifact, metrics={"auc": auc}, key=key)
    skin_registry.promote("churn", 1, "production")
    return skin_registry


def test_a_challenger_gets_the_share_that_a_template_spells(registry):
    ran = Run().task(route(traffic="{{ '12.5' }}", reason="canary of {{ ds }}"))
    assert ran.state == "success"
    (found,) = registry.routes("churn", "production")
    assert ran.returned == found.as_mapping()
    assert (12.5, "canary of 2026-03-03") == (found.traffic, found.reason)


def test_a_cleared_task_does_not_undo_what_was_done_since(registry):
    Run().task(route(traffic=10))
    registry.route("churn", 2, "production", traffic=50)
    assert "skipped" == Run().task(route(traffic=10)).state


@pytest.mark.parametrize(("if_not_passed", "state"), [("fail", "failed"), ("skip", "skipped")])
def test_what_does_not_pass_gets_nothing_and_its_report_is_shown(registry, if_not_passed, state):
    registry.set_policy("churn", "production", THRESHOLD)
    ran = Run().task(route(version=3, shadow=True, if_not_passed=if_not_passed))
    assert (state, False) == (ran.state, ran.xcoms["gate_report"]["passed"])
    assert [] == registry.routes("churn")


def test_it_waits_for_people_and_goes_on_with_what_they_approved(registry):
    registry.set_policy("churn", "production", APPROVALS)
    task = route(traffic=10)
    ran = Run().task(task)
    assert ran.state == "deferred"
    assert ran.message.classpath == "airflow_provider_registry.triggers.request.PromotionRequestTrigger"
    request = registry.requests("churn")[0]
    registry.acting_as(Caller(Actor("python", "ana", "ana"))).decide(request.request_id, verdict="approve")
    ran = Run().task(task)
    assert (10.0, "approved") == (ran.returned["traffic"], registry.get_request(request.request_id).state)


def test_a_route_ends(registry):
    registry.route("churn", 2, "production", traffic=10)
    ran = Run().task(route(EndRouteOperator, reason="worse"))
    assert ran.returned == {"model_name": "churn", "version": 2, "alias": "production"}
    assert [] == registry.routes("churn")
    assert "failed" == Run().task(route(EndRouteOperator, version=3)).state


@pytest.mark.parametrize("share", [{}, {"traffic": 10, "shadow": True}, {"shadow": "False"}])
def test_what_is_no_share_is_refused_when_the_dag_is_parsed(share):
    with pytest.raises(InvalidInputError):
        route(**share)
