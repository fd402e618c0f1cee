from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSensorTimeout, AirflowSkipException, TaskDeferralTimeout

from airflow_provider_registry.registry import Actor, Caller
from airflow_provider_registry.registry.caller import Via
from airflow_provider_registry.registry.database import clock
from airflow_provider_registry.sensors.approval import PromotionApprovalSensor
from airflow_provider_registry.triggers.request import PromotionRequestTrigger
from tests.support.kernel import stopped_clock
from tests.support.skin import APPROVALS, set_connection
from tests.support.tasks import Run, a_dag


def sensor(**kwargs):
    named = {} if {"reference", "version"} & set(kwargs) else {"model_name": "churn", "version": 1}
    with a_dag():
        return PromotionApprovalSensor(task_id="wait", **{**named, "alias": "production", **kwargs})


@pytest.fixture
def registry(skin_registry, artifact):
    """Two versions of `churn`, on one of whom `ana` or `bo` decide."""
    for key in "ab":
        skin_registry.register_version("churn", artifact, metrics={"auc": 0.9}, key=key)
    skin_registry.set_policy("churn", "production", APPROVALS)
    return skin_registry


@pytest.fixture
def request_id(registry):
    return registry.request_promotion("churn", 1, "production").request_id


@pytest.fixture
def ana(registry):
    return registry.acting_as(Caller(Actor("tests", "ana", "ana"), Via.PYTHON))


def status(registry):
    """How the request stands, as the trigger fires it."""
    named = ("churn", 1, "production")
    return json.loads(json.dumps(registry.newest_requests([named])[named].as_mapping()))


def resumed(registry, **kwargs):
    """The task, once its trigger has fired how the request stands."""
    return Run().task(sensor(**kwargs), event=status(registry))


def test_an_approved_request_is_returned_at_once(registry, request_id, ana):
    ana.decide(request_id, verdict="approve")
    ran = Run().task(sensor())
    assert ran.state == "success"
    assert ran.returned == status(registry)
    assert (ran.xcoms["request_id"], ran.xcoms["state"]) == (request_id, "approved")


def test_a_promoted_one_is_as_good(registry, request_id, ana):
    ana.decide(request_id, verdict="approve")
    registry.promote("churn", 1, "production")
    assert Run().task(sensor()).returned["state"] == "promoted"


@pytest.mark.parametrize("asked", [True, False])
def test_it_defers_by_default_while_nobody_has_decided_nor_asked(registry, asked, monkeypatch):
    monkeypatch.setenv("AIRFLOW__OPERATORS__DEFAULT_DEFERRABLE", "False")
    if asked:
        registry.request_promotion("churn", 1, "production")
    ran = Run().task(sensor(timeout=60))
    assert ran.state == "deferred"
    assert ran.message.classpath == "airflow_provider_registry.triggers.request.PromotionRequestTrigger"
    assert ran.message.trigger_timeout == timedelta(seconds=60)


def test_what_is_stored_of_a_wait_names_the_connection_and_holds_no_secret(registry):
    trigger_kwargs = Run().task(sensor(poke_interval=30)).message.trigger_kwargs
    expected: dict[str, Any] = {
        "model_registry_conn_id": "model_registry_default",
        "model_name": "churn",
        "alias": "production",
        "version": 1,
        "known": None,
        "settled": True,
        "poll_interval": 30.0,
        "deadline": None,
    }
    assert trigger_kwargs in (expected, {"__type": "dict", "__var": expected})
    assert isinstance(PromotionRequestTrigger(**expected), PromotionRequestTrigger)


@pytest.mark.parametrize(
    "named",
    [
        {"version": "{{ 1 }}", "model_name": "churn"},
        {"version": {"model_name": "churn", "version": 1}},
        {"reference": "models:/churn/1"},
        {"reference": "models:/churn@staging"},
    ],
)
def test_every_form_that_names_a_version_is_taken(registry, named):
    registry.promote("churn", 1, "staging")
    kwargs = Run().task(sensor(**named)).message.trigger_kwargs
    stored = kwargs.get("__var", kwargs)
    assert (stored["model_name"], stored["version"]) == ("churn", 1)


@pytest.mark.parametrize("first", [True, False], ids=["at-once", "after-waiting"])
@pytest.mark.parametrize("end", ["rejected", "withdrawn", "expired", "invalidated"])
def test_a_request_that_ended_fails_without_a_retry_naming_who_and_why(registry, ana, end, first, monkeypatch):
    registry.set_policy("churn", "production", APPROVALS | {"expires_after": "30m"})
    request = registry.request_promotion("churn", 1, "production")
    match end:
        case "rejected":
            ana.decide(request.request_id, verdict="reject", comment="too risky")
        case "withdrawn":
            registry.withdraw(request.request_id, reason="too early")
        case "invalidated":
            registry.set_policy("churn", "production", APPROVALS | {"four_eyes": True})
        case "expired":
            monkeypatch.setattr(clock, "local_time", stopped_clock(request.requested_at + timedelta(minutes=31)))
    ran = Run().task(sensor()) if first else resumed(registry)
    assert ran.state == "failed"
    assert isinstance(ran.error, AirflowFailException)
    said = {
        "rejected": "rejected by ana as ml-lead: too risky",
        "withdrawn": "withdrawn by tester: too early",
        "invalidated": "invalidated by tester, since the policy",
        "expired": "expired at",
    }
    assert said[end] in str(ran.error)


@pytest.mark.parametrize("first", [True, False], ids=["at-once", "after-waiting"])
def test_a_superseded_one_skips_naming_who_and_why(registry, request_id, first, caplog):
    registry.request_promotion("churn", 2, "production")
    with caplog.at_level("INFO"):
        ran = Run().task(sensor()) if first else resumed(registry)
    assert ran.state == "skipped"
    assert "superseded by tester, since a newer request took its place" in caplog.text


def test_what_counts_is_the_newest_request(registry, request_id, ana):
    registry.withdraw(request_id, reason="once more")
    assert Run().task(sensor()).state == "failed"
    registry.request_promotion("churn", 1, "production")
    assert Run().task(sensor()).state == "deferred"


@pytest.mark.parametrize("first", [True, False], ids=["at-once", "after-waiting"])
def test_a_soft_failure_skips_and_the_log_says_why(registry, request_id, ana, first, capsys):
    ana.decide(request_id, verdict="reject", comment="too risky")
    ran = Run().task(sensor(soft_fail=True)) if first else resumed(registry, soft_fail=True)
    assert ran.state == "skipped"
    assert "rejected by ana as ml-lead: too risky" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("soft_fail", "expected"), [(False, AirflowSensorTimeout), (True, AirflowSkipException)], ids=["fails", "skips"]
)
def test_a_timeout_in_the_triggerer_is_that_of_every_sensor(registry, soft_fail, expected, monkeypatch):
    task = sensor(soft_fail=soft_fail)
    with pytest.raises(expected):
        task.resume_execution("__fail__", {"error": "Trigger timeout"}, {})
    assert TaskDeferralTimeout not in expected.__mro__


@pytest.mark.parametrize(("soft_fail", "state"), [(False, "failed"), (True, "skipped")])
def test_a_timeout_in_a_worker_is_that_of_every_sensor(registry, soft_fail, state):
    task = sensor(deferrable=False, timeout=0.05, poke_interval=0.01, soft_fail=soft_fail)
    assert Run().task(task).state == state


def test_in_a_worker_it_pokes_or_is_rescheduled(registry, request_id, ana):
    assert Run().task(sensor(deferrable=False, mode="reschedule")).state == "up_for_reschedule"
    ana.decide(request_id, verdict="approve")
    assert Run().task(sensor(deferrable=False)).returned["state"] == "approved"


@pytest.mark.parametrize(
    "wrong",
    [
        {"alias": "latest"},
        {"version": "{{ none }}", "model_name": "churn"},
        {"version": 1},
        {"reference": "models:/churn@nothing"},
        {"model_registry_conn_id": "nowhere"},
    ],
)
def test_what_can_never_come_fails_without_a_retry(registry, wrong):
    assert Run().task(sensor(**wrong)).state == "failed"


def test_waits_share_the_interval_of_the_configuration(monkeypatch):
    monkeypatch.setenv("AIRFLOW__MODEL_REGISTRY__POLL_INTERVAL", "25")
    assert sensor().poke_interval == 25
    assert sensor(poke_interval=5).poke_interval == 5


def test_a_database_that_does_not_answer_does_not_fail_the_wait(registry, monkeypatch):
    from airflow_provider_registry.registry.database import retry

    # Nothing listens there; the registry's patience is a minute, which a test need not wait.
    set_connection(monkeypatch, host="postgresql+psycopg://127.0.0.1:9/models")
    monkeypatch.setattr(retry, "stop_after_delay", lambda seconds: lambda state: state.attempt_number >= 1)
    assert Run().task(sensor()).state == "deferred"
    # Where an alias names the version, nobody knows yet what to wait for: it is poked again.
    by_alias = sensor(reference="models:/churn@staging", mode="reschedule")
    assert Run().task(by_alias).state == "up_for_reschedule"
