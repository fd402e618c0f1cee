"""A promotion that waits for people, deferral by deferral; the trigger between two of them is the real one."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_registry.errors import DatabaseUnavailableError, InvalidInputError
from airflow_provider_registry.operators import approvals
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.registry import Actor, Caller, Registry
from airflow_provider_registry.registry.caller import Via
from airflow_provider_registry.triggers.request import PromotionRequestTrigger
from tests.support.people import Asking
from tests.support.skin import APPROVALS
from tests.support.tasks import a_dag


def promote(**kwargs):
    with a_dag():
        given = {"model_name": "churn", "version": 1, "alias": "production", "poll_interval": 0.01}
        return PromoteModelVersionOperator(task_id="promote", **{**given, **kwargs})


@pytest.fixture
def registry(skin_registry, artifact):
    """Two versions of `churn`, whose `production` waits for `ana` or `bo`."""
    for number in (1, 2):
        artifact.write_bytes(b"weights %d" % number)
        skin_registry.register_version("churn", artifact, metrics={"auc": 0.9})
    skin_registry.set_policy("churn", "production", APPROVALS)
    return skin_registry


@pytest.fixture
def ana(registry):
    return registry.acting_as(Caller(Actor("tests", "ana", "ana"), Via.PYTHON))


def pending(registry):
    (request,) = registry.requests("churn", alias="production", state=["open", "approved"])
    return request


def wake(run, task, **more):
    """Run the trigger that a task waits on to its end, and the task with what it fired."""
    kwargs = run.waits.trigger_kwargs

    async def fired():
        (event,) = [event async for event in PromotionRequestTrigger(**kwargs.get("__var", kwargs)).run()]
        return event.payload

    return run.fire(task, json.loads(json.dumps(asyncio.run(fired()))), **more)


def events(registry):
    return [event.type.value for event in registry.events(model_name="churn") if event.alias == "production"][1:]


def test_it_opens_a_request_waits_without_a_worker_and_promotes_that_request(registry, ana, monkeypatch):
    monkeypatch.setenv("AIRFLOW__OPERATORS__DEFAULT_DEFERRABLE", "False")
    run, task = Asking(), promote(reason="better")
    ran = run.task(task)
    request = pending(registry)
    assert ran.state == "deferred"
    assert ran.xcoms["promotion_request"]["request_id"] == request.request_id
    assert request.reason == "better"
    ana.decide(request.request_id, verdict="approve")
    ran = wake(run, task)
    assert ran.state == "success"
    assert ran.returned == registry.history("churn", "production")[-1].as_mapping()
    assert registry.get_request(request.request_id).state == "promoted"
    assert events(registry) == ["request.opened", "request.decided", "alias.promoted"]


def test_it_finds_the_request_that_another_opened(registry):
    request = registry.request_promotion("churn", 1, "production")
    run = Asking()
    run.task(promote())
    assert run.waits_for() == request.request_id


def test_what_is_approved_already_is_promoted_at_once(registry, ana):
    request = registry.request_promotion("churn", 1, "production")
    ana.decide(request.request_id, verdict="approve")
    assert Asking().task(promote()).returned["version"] == 1


@pytest.mark.parametrize("deferrable", [True, False])
@pytest.mark.parametrize("end", ["rejected", "withdrawn", "invalidated"])
def test_a_request_that_ended_fails_the_task_without_a_retry(registry, ana, end, deferrable, monkeypatch):
    task = promote(deferrable=deferrable)

    def decide():
        request = pending(registry).request_id
        match end:
            case "rejected":
                ana.decide(request, verdict="reject", comment="too risky")
            case "withdrawn":
                registry.withdraw(request, reason="too early")
            case "invalidated":
                registry.set_policy("churn", "production", APPROVALS | {"four_eyes": True})

    ran = waited(task, decide, monkeypatch)
    assert ran.state == "failed"
    assert isinstance(ran.error, AirflowFailException)
    assert end in str(ran.error)


@pytest.mark.parametrize("deferrable", [True, False])
def test_a_superseded_request_skips_the_task(registry, deferrable, monkeypatch, caplog):
    with caplog.at_level("INFO"):
        ran = waited(
            promote(deferrable=deferrable), lambda: registry.request_promotion("churn", 2, "production"), monkeypatch
        )
    assert ran.state == "skipped"
    assert "superseded by tester, since a newer request took its place" in caplog.text


def waited(task, act, monkeypatch):
    """How a task ends that waits when something is done, in the triggerer or in its worker."""
    run = Asking()
    if task.deferrable:
        assert run.task(task).state == "deferred"
        act()
        return wake(run, task)
    todo = [act]
    # In the place of its first pause.
    clock = SimpleNamespace(time=time.time, sleep=lambda seconds: todo.pop()() if todo else None)
    monkeypatch.setattr(approvals, "time", clock)
    return run.task(task)


def test_in_a_worker_it_waits_there_and_promotes(registry, ana, monkeypatch):
    ran = waited(
        promote(deferrable=False), lambda: ana.decide(pending(registry).request_id, verdict="approve"), monkeypatch
    )
    assert ran.state == "success"
    assert ran.returned["version"] == 1


def test_in_a_worker_too_a_database_that_does_not_answer_does_not_fail_the_wait(registry, ana, monkeypatch):
    really, away = Registry.get_request, [1]

    def get_request(self, request_id):
        if away:
            away.pop()
            raise DatabaseUnavailableError("nobody is there")
        return really(self, request_id)

    def act():
        ana.decide(pending(registry).request_id, verdict="approve")
        monkeypatch.setattr(Registry, "get_request", get_request)

    assert waited(promote(deferrable=False), act, monkeypatch).state == "success"
    assert not away


def test_a_decision_that_settles_nothing_leaves_it_waiting(registry, ana):
    two = APPROVALS | {"approvals": [{"role": "ml-lead", "count": 2, "users": ["ana", "bo"]}]}
    registry.set_policy("churn", "production", two)
    run, task = Asking(), promote()
    run.task(task)
    request = pending(registry).request_id
    ana.decide(request, verdict="approve")
    stands = registry.newest_requests([("churn", 1, "production")])["churn", 1, "production"]
    # As if it had been woken all the same.
    assert run.fire(task, stands.as_mapping()).state == "deferred"
    registry.acting_as(Caller(Actor("tests", "bo", "bo"), Via.PYTHON)).decide(request, verdict="approve")
    assert wake(run, task).state == "success"


@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_a_cleared_task_uses_the_decision_that_stands(registry, ana, verdict):
    run, task = Asking(), promote()
    run.task(task)
    ana.decide(pending(registry).request_id, verdict=verdict, comment="looked at it")
    ran = run.task(task, try_number=2)
    assert ran.state == ("success" if verdict == "approve" else "failed")
    assert events(registry).count("request.opened") == 1


def test_a_retry_while_nobody_has_decided_waits_for_the_same_request(registry):
    run, task = Asking(), promote()
    run.task(task)
    first = run.waits_for()
    assert run.task(task, try_number=2).state == "deferred"
    assert run.waits_for() == first


def test_what_another_promoted_meanwhile_is_the_answer(registry, ana):
    run, task = Asking(), promote()
    run.task(task)
    request = pending(registry).request_id
    ana.decide(request, verdict="approve")
    registry.promote("churn", 1, "production", request=request)
    ran = wake(run, task)
    assert ran.returned["version"] == 1
    assert len(registry.history("churn", "production")) == 1


def test_an_alias_that_names_the_version_is_read_once_before_waiting(registry, ana):
    registry.promote("churn", 1, "staging")
    run, task = Asking(), promote(version=None, reference="models:/churn@staging")
    run.task(task)
    registry.promote("churn", 2, "staging")
    ana.decide(pending(registry).request_id, verdict="approve")
    assert wake(run, task).returned["version"] == 1


def test_after_its_timeout_it_fails_without_a_retry_and_the_request_stays(registry):
    run, task = Asking(), promote(timeout=timedelta(seconds=0.05))
    run.task(task)
    ran = wake(run, task)
    assert ran.state == "failed"
    assert "timeout" in str(ran.error)
    assert pending(registry).state == "open"


def test_in_a_worker_a_timeout_ends_it_too(registry):
    ran = Asking().task(promote(deferrable=False, timeout=0.03))
    assert ran.state == "failed"
    assert pending(registry).state == "open"


def test_gates_that_do_not_pass_skip_before_anybody_is_asked(registry, artifact):
    registry.register_version("churn", artifact, metrics={"auc": 0.1}, key="worse")
    ran = Asking().task(promote(version=3, if_not_passed="skip"))
    assert ran.state == "skipped"
    assert ran.xcoms["gate_report"]["passed"] is False
    assert registry.requests("churn") == []


@pytest.mark.parametrize(
    "wrong", [{"deferrable": "False"}, {"poll_interval": 0}, {"timeout": -1}, {"timeout": "1h"}, {"timeout": True}]
)
def test_a_misspelt_choice_is_refused_when_the_dag_is_parsed(wrong):
    with pytest.raises(InvalidInputError, match="write"):
        promote(**wrong)


def test_waits_share_the_interval_of_the_configuration(monkeypatch):
    monkeypatch.setenv("AIRFLOW__MODEL_REGISTRY__POLL_INTERVAL", "25")
    assert promote(poll_interval=None).poll_interval == 25
    assert promote(poll_interval=timedelta(minutes=1)).poll_interval == 60
