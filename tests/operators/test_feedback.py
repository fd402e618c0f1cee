from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from airflow_provider_registry.operators.feedback import RecordFeedbackOperator
from tests.support.tasks import Run, a_dag

ROWS = [{"kind": "rating", "value": 4, "subject": "p-1"}, {"kind": "comment", "value": "late", "source": "bo"}]


def record(**kwargs):
    with a_dag():
        return RecordFeedbackOperator(task_id="record", **{"reference": "models:/churn/1", **kwargs})


@pytest.fixture
def registry(skin_registry, artifact):
    skin_registry.register_version("churn", artifact)
    return skin_registry


def test_rows_are_recorded_and_what_is_handed_on_is_small(registry):
    ran = Run().task(record(rows=ROWS))
    assert ran.state == "success"
    (event,) = ran.returned["events"]
    assert ran.returned == {
        "model_name": "churn",
        "version": 1,
        "reference": "models:/churn/1",
        "rows": 2,
        "counts": {"comment": 1, "rating": 1},
        "events": [event],
    }
    assert [one.value for one in registry.feedback("models:/churn/1")] == ["late", 4.0]


@pytest.mark.parametrize("rows", [json.dumps(ROWS), repr(ROWS)])
def test_rows_that_a_template_rendered_mean_what_they_spell(registry, rows):
    assert Run().task(record(rows=rows)).returned["counts"] == {"comment": 1, "rating": 1}


def test_a_retry_records_nothing_more_and_answers_the_same(registry):
    run, task = Run(), record(rows=ROWS)
    assert run.task(task).returned == run.task(task, try_number=2).returned
    assert len(registry.feedback("models:/churn/1")) == 2


def test_a_file_is_recorded_by_the_names_of_its_columns(registry, tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text("stars,when,who\n4,2026-03-03T12:00:00+00:00,bo\n2,2026-03-04T12:00:00Z,\n")
    columns = {"value": "stars", "at": "when", "source": "who"}
    ran = Run().task(
        record(
            version="1",
            reference=None,
            model_name="churn",
            path=str(path),
            columns=columns,
            kind="rating",
            source="app",
        )
    )
    assert ran.returned["rows"] == 2
    newest, oldest = registry.feedback("models:/churn/1")
    assert (newest.value, newest.source, oldest.source) == (2.0, "app", "bo")
    assert oldest.at == datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Give one of rows= and path="),
        ({"rows": ROWS, "path": "x.csv"}, "and not two"),
        ({"path": "nowhere.csv"}, "ArtifactPathMissingError"),
        ({"rows": [{"kind": "rating"}]}, "row 1: The rating has no value"),
        ({"rows": "None"}, "a template rendered nothing"),
    ],
)
def test_what_no_retry_can_help_fails_for_good(registry, given, message):
    ran = Run().task(record(**given))
    assert ran.state == "failed"
    assert message in str(ran.error)
