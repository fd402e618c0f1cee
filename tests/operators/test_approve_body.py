"""What a reviewer reads, of real requests in a real registry."""

from __future__ import annotations

import pytest

from airflow_provider_registry.operators.approve_body import body, look, subject
from airflow_provider_registry.operators.people_form import ROWS
from airflow_provider_registry.registry import Producer

LEAD = {"role": "ml-lead", "users": ["ana", "bo"], "count": 2}
GATES = [
    {"metric": "auc", "min_absolute_change": 0.0, "greater_is_better": True},
    {"metric": "loss", "threshold": 1.0, "greater_is_better": False},
]
POLICY = {"gates": GATES, "approvals": [LEAD], "four_eyes": True}
BEFORE = {"auc": 0.85, "loss": 0.3, "seconds": 10}
AFTER = {"auc": 0.9, "loss": 0.4, "seconds": 12}
MADE = Producer(dag_id="re train", run_id="manual__2026-03-03T00:00:00+00:00", task_id="fit", map_index=2)


@pytest.fixture
def registry(skin_registry):
    skin_registry.create_model("churn")
    return skin_registry


def register(registry, artifact, metrics=AFTER, **more):
    artifact.write_bytes(repr((metrics, more)).encode())
    return registry.register_version("churn", artifact, metrics=metrics, environment=False, **more)


def asked(registry, version, **more):
    policy = registry.set_policy("churn", "production", POLICY)
    request = registry.request_promotion("churn", version.version, "production", **more)
    return look(registry, request, policy)


@pytest.fixture
def beside(registry, artifact):
    """A candidate beside a baseline."""
    first = register(registry, artifact, BEFORE, inputs=[{"name": "customers", "digest": "a", "rows": 1000}])
    registry.promote("churn", first.version, "production")
    second = register(registry, artifact, inputs=[{"name": "customers", "digest": "a", "rows": 1200}])
    return asked(registry, second, reason="better *everywhere*")


def test_the_headline_names_version_model_alias_and_role(beside):
    assert "Version 2 of churn to become production? (as ml-lead)" == subject(beside.request, "ml-lead")
    assert "Version 2 of churn to become production?" == subject(beside.request, None)


@pytest.mark.parametrize(
    "line",
    [
        "| metric | version 1 (baseline) | version 2 | difference |",
        "| auc | 0.85 | 0.9 | +0.05 better |",
        "| loss | 0.3 | 0.4 | +0.1 worse |",
        "| seconds | 10 | 12 | +2 |",
        "| customers\\.rows | 1,000 | 1,200 |",
        "| reason | better \\*everywhere\\* |",
    ],
)
def test_the_candidate_stands_beside_the_baseline(beside, line):
    assert line in body(beside, "ml-lead").splitlines()


def test_what_did_not_change_in_the_inputs_is_left_out(beside):
    assert "customers\\.digest" not in body(beside, None)


def test_each_gate_is_there_with_its_verdict_and_reason(beside):
    text = body(beside, None)
    for gate, verdict, _ in beside.report.table():
        assert gate.split()[0] in text
        assert f"| {verdict} |" in text
    assert beside.request.report_digest in text
    assert beside.request.digest in text


def test_what_counts_is_said(beside):
    text = body(beside, "ml-lead")
    assert "approvals: 2 of ml\\-lead" in text
    assert "You answer here as **ml\\-lead**." in text
    assert "Neither who asked for this nor who started the run may decide." in text


def test_it_says_nothing_that_changes_while_the_request_lives(beside, registry):
    """Airflow shows the first text for as long as the task instance lives."""
    from tests.support.people import as_person

    before = body(beside, None)
    as_person(registry, "ana").decide(beside.request.request_id, verdict="approve")
    again = look(registry, registry.get_request(beside.request.request_id), beside.policy)
    assert before == body(again, None)


def test_without_a_baseline_the_candidate_stands_alone(registry, artifact):
    text = body(asked(registry, register(registry, artifact, inputs=["customers"])), None)
    assert "Nothing held production before." in text
    assert "| auc | 0.9 |" in text.splitlines()
    assert "| customers | - |" in text.splitlines()


def test_the_producer_is_linked_where_airflow_shows_it(registry, artifact, monkeypatch):
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://host/air/")
    version = register(registry, artifact, producer={**MADE.as_mapping(), "instance_id": "airflow"})
    run = "manual__2026-03-03T00%3A00%3A00%2B00%3A00"
    assert f"](/air/dags/re%20train/runs/{run}/tasks/fit/mapped/2)" in body(asked(registry, version), None)


def test_the_producer_in_another_airflow_is_named_without_a_link(registry, artifact):
    version = register(registry, artifact, producer={**MADE.as_mapping(), "instance_id": "other"})
    text = body(asked(registry, version), None)
    assert "re train" in text
    assert "of the Airflow other" in text
    assert "](/" not in text


def test_of_very_many_metrics_those_of_the_gates_come_first_and_the_rest_is_counted(registry, artifact):
    many = {f"a{number}": number for number in range(2 * ROWS)}
    first = register(registry, artifact, {**BEFORE, **many})
    registry.promote("churn", first.version, "production")
    text = body(asked(registry, register(registry, artifact, {**AFTER, **many})), None)
    assert "| auc | 0.85 | 0.9 | +0.05 better |" in text
    assert f"… and {3 + ROWS} more: `airflow model-registry versions diff churn 1 2`" in text
