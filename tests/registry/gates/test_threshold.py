"""The gate on a value."""

from __future__ import annotations

import pytest

from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.versions.metrics import Metric
from tests.registry.gates.worlds import AUC, LOSS, answer, candidate

ON = {"name": "auc", "value": 0.7}


@pytest.mark.parametrize(
    ("gate", "metrics", "verdict", "reason"),
    [
        ({**AUC, "threshold": 0.80}, {"auc": 0.91}, Verdict.PASSED, "auc 0.91 is at least 0.8"),
        ({**AUC, "threshold": 0.80}, {"auc": 0.80}, Verdict.PASSED, "auc 0.8 is at least 0.8"),
        ({**AUC, "threshold": 0.80}, {"auc": 0.79}, Verdict.FAILED, "auc 0.79 is below 0.8"),
        ({**LOSS, "threshold": 0.2}, {"loss": 0.2}, Verdict.PASSED, "loss 0.2 is at most 0.2"),
        ({**LOSS, "threshold": 0.2}, {"loss": 0.21}, Verdict.FAILED, "loss 0.21 is above 0.2"),
        (
            {**AUC, "threshold": 0.75, "slice": "country=NO"},
            [ON | {"value": 0.9}, ON | {"slice": {"country": "NO"}}],
            Verdict.FAILED,
            "auc 0.7 on slice country=NO is below 0.75",
        ),
        (
            {**AUC, "threshold": 0.75, "dataset": "holdout", "phase": "production"},
            [ON, ON | {"dataset": "holdout", "phase": "production", "value": 0.8}],
            Verdict.PASSED,
            "auc 0.8 on dataset holdout in phase production is at least 0.75",
        ),
    ],
)
def test_the_value_is_compared_and_the_bound_itself_passes(
    gate: dict[str, object], metrics: object, verdict: Verdict, reason: str
) -> None:
    result = answer(gate, candidate(metrics))
    assert (verdict, reason) == (result.verdict, result.reason)
    assert result.bound == gate["threshold"]
    assert result.candidate_value is not None


@pytest.mark.parametrize(
    ("gate", "metrics", "cause", "reason"),
    [
        ({}, None, Cause.MISSING_METRIC, "version 3 has no metric auc of the phase validation"),
        ({}, {"AUC": 1}, Cause.MISSING_METRIC, "has no metric auc"),
        ({}, [ON | {"phase": "training"}], Cause.MISSING_METRIC, "it has one of the phase training"),
        ({"slice": "country=NO"}, [ON], Cause.MISSING_SLICE, "on slice country=NO; it was measured on the whole"),
        (
            {},
            [ON | {"slice": "country=NO"}],
            Cause.MISSING_SLICE,
            "whole dataset; it was measured on country=NO",
        ),
        (
            {"dataset": "holdout"},
            [ON],
            Cause.MISSING_DATASET,
            "not measured on dataset holdout, but on a",
        ),
        ({"dataset": "holdout"}, [ON | {"dataset": "test"}], Cause.MISSING_DATASET, "but on dataset test"),
        ({}, [ON | {"dataset": "a"}, ON | {"dataset": "b"}], Cause.AMBIGUOUS_DATASET, "dataset a, dataset b; name the"),
        ({}, [ON, ON | {"dataset": "b"}], Cause.AMBIGUOUS_DATASET, "a dataset without a name, dataset b"),
    ],
)
def test_a_value_that_cannot_be_read_is_errored_and_named(
    gate: dict[str, object], metrics: object, cause: Cause, reason: str
) -> None:
    result = answer({**AUC, "threshold": 0, **gate}, candidate(metrics))
    assert (Verdict.ERRORED, cause) == (result.verdict, result.cause)
    assert reason in result.reason
    assert result.bound == 0


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_value_that_only_an_edited_database_holds_is_errored(value: float) -> None:
    result = answer({**AUC, "threshold": 0}, Evidence("churn", 3, "c" * 64, (Metric("auc", value),)))
    assert (Verdict.ERRORED, Cause.NOT_FINITE) == (result.verdict, result.cause)
    assert f"is {value}, which is not a finite number" in result.reason
    assert result.candidate_value is None
