from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_registry.sensors.alias import ModelAliasSensor
from airflow_provider_registry.triggers.alias import ModelAliasTrigger
from tests.support.skin import set_connection
from tests.support.tasks import Run, a_dag


def sensor(**kwargs):
    with a_dag():
        return ModelAliasSensor(task_id="wait", **{"model_name": "churn", "alias": "production", **kwargs})


@pytest.fixture
def registry(skin_registry, artifact):
    skin_registry.register_version("churn", artifact, key="a")
    skin_registry.register_version("churn", artifact, key="b")
    return skin_registry


def test_an_alias_that_points_at_a_version_is_returned_at_once(registry):
    held = registry.promote("churn", 1, "production")
    ran = Run().task(sensor())
    assert ran.state == "success"
    assert ran.returned == held.as_mapping()
    assert ran.xcoms["version"] == 1


@pytest.mark.parametrize("model_name", ["churn", "not-yet"])
def test_it_defers_by_default_while_there_is_none(registry, model_name):
    ran = Run().task(sensor(model_name=model_name))
    assert ran.state == "deferred"
    assert ran.message.classpath == "airflow_provider_registry.triggers.alias.ModelAliasTrigger"


def test_what_is_stored_of_a_wait_names_the_connection_and_holds_no_secret(registry):
    task = sensor(model_name="{{ 'churn' }}", poke_interval=30)
    trigger_kwargs = Run().task(task).message.trigger_kwargs
    expected: dict[str, Any] = {
        "model_registry_conn_id": "model_registry_default",
        "model_name": "churn",
        "alias": "production",
        "moved_off": None,
        "poll_interval": 30.0,
        "deadline": None,
    }
    assert trigger_kwargs in (expected, {"__type": "dict", "__var": expected})
    assert isinstance(ModelAliasTrigger(**expected), ModelAliasTrigger)


def test_what_the_trigger_found_is_returned(registry):
    held = registry.promote("churn", 1, "production").as_mapping()
    assert Run().task(sensor(), event=held).returned == held


@pytest.mark.parametrize("moved_off", [1, "{{ '1' }}", "models:/churn/1", {"model_name": "churn", "version": 1}])
def test_a_version_to_move_off_does_not_count(registry, moved_off):
    registry.promote("churn", 1, "production")
    task = sensor(moved_off=moved_off)
    assert Run().task(task).state == "deferred"
    registry.promote("churn", 2, "production")
    assert Run().task(task).returned["version"] == 2


def test_an_alias_that_was_emptied_is_waited_for(registry):
    registry.promote("churn", 1, "production")
    registry.clear_alias("churn", "production")
    assert Run().task(sensor(moved_off=1)).state == "deferred"


@pytest.mark.parametrize(
    "wrong",
    [
        {"alias": "latest"},
        {"model_name": "{{ none }}"},
        {"moved_off": "models:/churn@staging"},
        {"moved_off": "{{ none }}"},
        {"model_registry_conn_id": "nowhere"},
    ],
)
def test_what_can_never_come_fails_without_a_retry(registry, wrong):
    assert Run().task(sensor(**wrong)).state == "failed"


def test_in_a_worker_it_pokes(registry):
    registry.promote("churn", 1, "production")
    assert Run().task(sensor(deferrable=False)).returned["version"] == 1


def test_in_a_worker_it_is_rescheduled_while_there_is_none(registry):
    ran = Run().task(sensor(deferrable=False, mode="reschedule"))
    assert ran.state == "up_for_reschedule"


def test_waits_share_the_interval_of_the_configuration(monkeypatch):
    monkeypatch.setenv("AIRFLOW__MODEL_REGISTRY__POLL_INTERVAL", "25")
    assert sensor().poke_interval == 25
    assert sensor(poke_interval=5).poke_interval == 5


def test_a_database_that_does_not_answer_does_not_fail_the_wait(registry, monkeypatch):
    from airflow_provider_registry.registry.database import retry

    # Nothing listens there; the registry's patience is a minute, which a test need not wait.
    set_connection(monkeypatch, host="postgresql+psycopg://127.0.0.1:9/models")
    monkeypatch.setattr(retry, "stop_after_delay", lambda seconds: retry_once)
    assert Run().task(sensor()).state == "deferred"


def retry_once(state):
    return state.attempt_number >= 1
