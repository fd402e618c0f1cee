"""The task that records what a version measured."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow.csv import write_csv

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


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_file_is_recorded_by_the_names_of_its_columns(registry, tmp_path, suffix):
    rows = {"metric": ["auc", "auc"], "value": [0.8, 0.7], "slice": ["", "country=NO"], "note": ["x", "y"]}
    table = pa.table(rows)
    (pq.write_table if suffix == "parquet" else write_csv)(table, tmp_path / f"2026-03-03.{suffix}")
    task = record(metrics=None, path=f"{tmp_path}/{{{{ ds }}}}.{suffix}", columns='{"name": "metric"}', dataset="web")
    run = Run()
    assert run.task(task).returned == run.task(task, try_number=2).returned
    points = registry.metric_points("models:/churn/1").points
    assert [("auc", 0.8, "web", ""), ("auc", 0.7, "web", "country=NO")] == [
        (point.name, point.value, point.dataset, point.slice) for point in points
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"metrics": None}, "Give one of metrics= and path="),
        ({"path": "x.csv"}, "and not two"),
        ({"metrics": None, "path": "nowhere.csv"}, "ArtifactPathMissingError"),
        ({"metrics": None, "path": "measured.csv", "columns": {"value": "auc"}}, "has no column auc"),
        ({"metrics": None, "path": "measured.csv"}, "Row 2"),
    ],
)
def test_what_no_retry_can_help_fails_for_good_and_records_nothing(registry, tmp_path, monkeypatch, given, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "measured.csv").write_text("name,value\nauc,0.8\nloss,much\n")
    ran = Run().task(record(**given))
    assert "failed" == ran.state
    assert message in str(ran.error)
    assert () == registry.metric_points("models:/churn/1").points


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
