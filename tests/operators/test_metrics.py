"""The task that records what a version measured."""

from __future__ import annotations

from datetime import timedelta

import pytest

from airflow_provider_registry.operators.metrics import RecordMetricsOperator
from tests.support.tasks import DAY, Run, a_dag

TOMORROW = DAY + timedelta(days=1)


def record(**kwargs):
    with a_dag():
        return RecordMetricsOperator(
            task_id="record", **{"reference": "models:/churn/1", "metrics": {"auc": 0.8}, **kwargs}
        )


@pytest.fixture
def registry(skin_registry, artifact):
    skin_registry.register_version("churn", artifact)
    return skin_registry


def test_what_was_recorded_is_returned_and_a_retry_records_nothing_twice(registry):
    run, task = Run(), record(window=(DAY, TOMORROW))
    first, again = run.task(task).returned, run.task(task, try_number=2).returned
    assert first == again
    assert (first["reference"], first["points"]) == ("models:/churn/1", 1)
    assert 1 == len(registry.metric_points("models:/churn/1").points)
    registry.verify_record("churn")


def test_templates_mean_what_they_spell(registry):
    task = record(
        reference="{{ 'models:/churn/1' }}",
        metrics="{{ {'auc': 0.8} }}",
        window=["{{ data_interval_start }}", "2026-03-04T00:00:00+00:00"],
        slice="{{ 'country=NO' }}",
        revision="{{ 2 }}",
    )
    assert Run().task(task).state == "success"
    (point,) = registry.metric_points("models:/churn/1")
    assert (point.window_from, point.window_to, point.slice, point.revision) == (DAY, TOMORROW, "country=NO", 2)


@pytest.mark.parametrize("day", [DAY, None])
def test_without_a_window_a_value_is_of_the_moment_for_which_the_run_was_made(registry, day):
    assert Run(day=day).task(record()).state == "success"
    (point,) = registry.metric_points("models:/churn/1")
    assert (point.window_from, point.window_to) == (DAY, DAY)


def test_another_value_fails_without_a_retry(registry):
    run = Run()
    run.task(record())
    ran = run.task(record(metrics={"auc": 0.7}))
    assert ran.state == "failed"
    assert "MetricRecordedError" in str(ran.error)
