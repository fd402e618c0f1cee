"""The task that decides between the version that is live and one beside it."""

from __future__ import annotations

import pytest
from airflow.providers.standard.operators.empty import EmptyOperator

from airflow_provider_registry.operators.branch import BranchOnGateOperator
from tests.support.tasks import Run, a_dag

NO_WORSE = {"metric": "auc", "min_absolute_change": 0, "greater_is_better": True, "windows": 2}


def branch(**kwargs):
    said = {"champion": "models:/churn@production", "challenger": "models:/churn@challenger", "gates": [NO_WORSE]}
    with a_dag():
        task = BranchOnGateOperator(
            task_id="decide", promote="promote", keep="keep", stop="stop", windows=2, **{**said, **kwargs}
        )
        task >> [EmptyOperator(task_id=name) for name in ("promote", "keep", "stop")]
    return task


@pytest.fixture
def registry(skin_registry, artifact):
    for key, alias in {"a": "production", "b": "challenger"}.items():
        version = skin_registry.register_version("churn", artifact, key=key)
        skin_registry.promote("churn", version.version, alias)
    return skin_registry


def record(registry, version, *aucs):
    for hour, auc in enumerate(aucs):
        window = f"2026-03-03T{hour:02}:00:00+00:00", f"2026-03-03T{hour + 1:02}:00:00+00:00"
        registry.record_metrics(f"models:/churn/{version}", {"auc": auc}, window=window)


@pytest.mark.parametrize(
    ("champion", "challenger", "decision"),
    [
        ((0.8, 0.8), (0.9, 0.85), "promote"),
        ((0.8, 0.8), (0.7, 0.9, 0.9), "stop"),
        ((0.8, 0.8), (0.9,), "keep"),
        ((), (0.9,), "keep"),
    ],
)
def test_each_decision_has_its_way_and_the_others_are_skipped(registry, champion, challenger, decision):
    record(registry, 1, *champion)
    record(registry, 2, *challenger)
    ran = Run().task(branch())
    assert ran.state == "success"
    assert ran.returned["decision"] == decision
    skipped = {name for name in ("promote", "keep", "stop") if name != decision}
    assert skipped == set(ran.xcoms["skipmixin_key"].get("skipped", ())) or {decision} == set(
        ran.xcoms["skipmixin_key"].get("followed", ())
    )


def test_a_gate_that_cannot_be_answered_decides_nothing(registry):
    record(registry, 1, 0.8, 0.8)
    record(registry, 2, 0.9, 0.9)
    three = {**NO_WORSE, "windows": 3}
    assert Run().task(branch(gates=[three])).returned["decision"] == "keep"


@pytest.mark.parametrize("gates", [[], [{"metadata": "required"}], [{**NO_WORSE, "phase": "validation", "windows": 1}]])
def test_gates_on_something_else_are_refused(registry, gates):
    assert Run().task(branch(gates=gates)).state == "failed"


def test_versions_of_two_models_are_no_contest(registry, artifact):
    registry.register_version("fraud", artifact)
    ran = Run().task(branch(challenger="models:/fraud/1"))
    assert "name two of one model" in str(ran.error)
