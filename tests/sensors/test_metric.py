"""The sensor that waits for a version to degrade."""

from __future__ import annotations

import pytest

from airflow_provider_registry.sensors.metric import ModelMetricSensor
from airflow_provider_registry.triggers.metric import ModelMetricTrigger
from tests.support.tasks import Run, a_dag


def sensor(**kwargs):
    said = {"reference": "models:/churn@production", "metric": "auc"}
    with a_dag():
        return ModelMetricSensor(task_id="wait", **{**said, **({"threshold": 0.8} | kwargs)})


@pytest.fixture
def registry(skin_registry, artifact):
    skin_registry.register_version("churn", artifact, metrics={"auc": 0.9, "loss": 0.5}, key="a")
    skin_registry.promote("churn", 1, "production")
    return skin_registry


def record(registry, *aucs, **more):
    for hour, auc in enumerate(aucs):
        window = f"2026-03-03T{hour:02}:00:00+00:00", f"2026-03-03T{hour + 1:02}:00:00+00:00"
        registry.record_metrics("models:/churn/1", {"auc": auc}, window=window, **more)


def test_a_version_that_has_degraded_is_returned_at_once_with_its_numbers(registry):
    record(registry, 0.9, 0.7, 0.6)
    ran = Run().task(sensor(windows=2))
    assert ran.state == "success"
    assert (ran.returned["version"], ran.returned["degraded"]) == (1, True)
    assert ran.returned["condition"] == "auc >= 0.8 in phase production, in each of the last 2 windows"
    assert [(one["value"], one["compared_with"]) for one in ran.returned["windows"]] == [(0.6, 0.8), (0.7, 0.8)]
    assert ran.xcoms["reference"] == "models:/churn/1"


@pytest.mark.parametrize(
    ("aucs", "more"),
    [
        ((), {}),
        ((0.9,), {}),
        ((0.7,), {"windows": 2}),
        ((0.7, 0.9), {"windows": 2}),
        ((0.7,), {"slice": "country=NO"}),
        ((0.7,), {"reference": "models:/churn@staging"}),
        ((0.7,), {"reference": "models:/not-yet/1"}),
        ((0.86,), {"threshold": None, "min_absolute_change": -0.05}),
        ((0.7,), {"threshold": None, "min_absolute_change": -0.05, "against": "previous_window"}),
    ],
)
def test_it_defers_by_default_while_it_has_not(registry, aucs, more):
    record(registry, *aucs)
    ran = Run().task(sensor(**more))
    assert ran.state == "deferred"
    assert ran.message.classpath == "airflow_provider_registry.triggers.metric.ModelMetricTrigger"


@pytest.mark.parametrize(
    "more",
    [
        {"threshold": "{{ '0.8' }}", "windows": 2},
        {"threshold": None, "min_absolute_change": -0.05},
        {"threshold": None, "min_relative_change": "-0.05", "against": "previous_window"},
        {"reference": None, "version": 1, "model_name": "churn"},
    ],
)
def test_a_condition_is_said_in_any_of_these_ways(registry, more):
    record(registry, 0.79, 0.7)
    assert Run().task(sensor(**more)).returned["degraded"] is True


def test_a_loss_degrades_upwards(registry):
    registry.record_metrics("models:/churn/1", {"loss": 0.6}, observed_at="2026-03-03T00:00:00+00:00")
    task = sensor(metric="loss", greater_is_better=False, threshold=0.55)
    assert Run().task(task).returned["degraded"] is True


def test_what_is_stored_of_a_wait_makes_its_trigger(registry):
    stored = Run().task(sensor(poke_interval=30)).message.trigger_kwargs
    made = ModelMetricTrigger(**stored.get("__var", stored))
    assert (made.reference, made.poll_interval) == ("models:/churn@production", 30.0)


def test_what_the_trigger_found_is_returned(registry):
    record(registry, 0.7)
    found = registry.degradation("models:/churn/1", sensor().condition).as_mapping()
    assert Run().task(sensor(), event=found).returned == found


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": None},
        {"threshold": "much"},
        {"min_absolute_change": 0.1},
        {"phase": "validation"},
        {"threshold": None, "min_absolute_change": 0.1, "against": "baseline"},
        {"windows": 0},
        {"reference": "{{ none }}"},
        {"metric": ""},
    ],
)
def test_what_is_no_condition_fails_without_a_retry(registry, wrong):
    assert Run().task(sensor(**wrong)).state == "failed"
