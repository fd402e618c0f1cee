"""The gates on a change against the baseline."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.versions.metrics import Metric
from tests.registry.gates.worlds import AUC, LOSS, answer, baseline, candidate

PASSED, FAILED = Verdict.PASSED, Verdict.FAILED


@pytest.mark.parametrize(
    ("ours", "theirs", "bound", "verdict"),
    [
        (0.91, 0.90, 0.01, PASSED),
        (0.90, 0.91, -0.01, PASSED),
        (0.9, 0.905, -0.005, PASSED),
        (0.8999, 0.905, -0.005, FAILED),
        (0.3, 0.1, 0.2, PASSED),
        (0.9, 0.9, 0, PASSED),
        (0.9, 0.9, 1e-300, FAILED),
        (1e308, -1e308, 1.7e308, PASSED),
    ],
)
def test_an_absolute_change_is_exact_for_decimals_as_written(
    ours: float, theirs: float, bound: float, verdict: Verdict
) -> None:
    gate = {"min_absolute_change": bound}
    assert verdict is answer({**AUC, **gate}, candidate({"auc": ours}), baseline({"auc": theirs})).verdict
    assert verdict is answer({**LOSS, **gate}, candidate({"loss": -ours}), baseline({"loss": -theirs})).verdict


@pytest.mark.parametrize(
    ("ours", "theirs", "bound", "verdict"),
    [
        (1.1, 1.0, 0.1, PASSED),
        (0.99, 0.9, 0.1, PASSED),
        (0.9, 1.0, -0.1, PASSED),
        (0.89, 1.0, -0.1, FAILED),
        (-0.9, -1.0, 0.1, PASSED),
        (-1.1, -1.0, 0.0, FAILED),
    ],
)
def test_a_relative_change_is_a_part_of_the_baselines_absolute_value(
    ours: float, theirs: float, bound: float, verdict: Verdict
) -> None:
    gate = {"min_relative_change": bound}
    assert verdict is answer({**AUC, **gate}, candidate({"auc": ours}), baseline({"auc": theirs})).verdict
    assert verdict is answer({**LOSS, **gate}, candidate({"loss": -ours}), baseline({"loss": -theirs})).verdict


@pytest.mark.parametrize(
    ("gate", "ours", "theirs", "reason"),
    [
        (
            {"min_absolute_change": -0.005},
            0.89,
            0.90,
            "auc 0.89 is 0.01 worse than the baseline's 0.9 (version 2); at most 0.005 worse is allowed",
        ),
        (
            {"min_relative_change": 0.02},
            0.91,
            0.90,
            "auc 0.91 is 0.01 (1.111%) better than the baseline's 0.9 (version 2); at least 2% better is asked",
        ),
        ({"min_absolute_change": 0}, 0.9, 0.9, "auc 0.9 is equal to the baseline's 0.9 (version 2); no worse is asked"),
    ],
)
def test_the_reason_is_a_sentence_with_the_numbers(
    gate: dict[str, Any], ours: float, theirs: float, reason: str
) -> None:
    result = answer({**AUC, **gate}, candidate({"auc": ours}), baseline({"auc": theirs}))
    assert reason == result.reason
    assert (ours, theirs) == (result.candidate_value, result.baseline_value)
    assert result.change == float(f"{ours - theirs:.10f}")


@pytest.mark.parametrize("gate", [{"min_absolute_change": 0.1}, {"min_relative_change": 0.1}])
def test_without_a_baseline_a_change_is_skipped_and_says_so(gate: dict[str, Any]) -> None:
    result = answer({**AUC, **gate}, candidate({"auc": 0.9}), None)
    assert (Verdict.SKIPPED, Cause.NO_BASELINE) == (result.verdict, result.cause)
    assert "no baseline yet" in result.reason
    assert result.candidate_value == 0.9


def test_a_candidate_without_the_metric_is_errored_also_without_a_baseline() -> None:
    result = answer({**AUC, "min_absolute_change": 0}, candidate(), None)
    assert (Verdict.ERRORED, Cause.MISSING_METRIC) == (result.verdict, result.cause)


def test_a_zero_baseline_under_a_relative_change_is_errored() -> None:
    result = answer({**AUC, "min_relative_change": -1}, candidate({"auc": 0.9}), baseline({"auc": 0}))
    assert (Verdict.ERRORED, Cause.ZERO_BASELINE) == (result.verdict, result.cause)
    assert "ask for min_absolute_change" in result.reason
    assert answer({**AUC, "min_absolute_change": 0}, candidate({"auc": 0.9}), baseline({"auc": 0})).verdict is PASSED


def on(*datasets: str, value: float = 0.9) -> list[dict[str, Any]]:
    return [{"name": "auc", "value": value, "dataset": dataset} for dataset in datasets]


@pytest.mark.parametrize(
    ("gate", "ours", "theirs", "cause"),
    [
        ({}, {"auc": 0.9}, None, Cause.MISSING_BASELINE_METRIC),
        ({}, {"auc": 0.9}, [{"name": "auc", "value": 1, "phase": "training"}], Cause.MISSING_BASELINE_METRIC),
        ({}, {"auc": 0.9}, [{"name": "auc", "value": 1, "slice": "a=b"}], Cause.MISSING_BASELINE_METRIC),
        ({}, on("a"), on("b"), Cause.DIFFERENT_DATASETS),
        ({}, on(""), on("b"), Cause.DIFFERENT_DATASETS),
        ({"dataset": "a"}, on("a"), on("b", "c"), Cause.DIFFERENT_DATASETS),
        ({"across_datasets": True}, on("a"), on("b", "c"), Cause.AMBIGUOUS_DATASET),
        ({}, on("a", "b"), on("a"), Cause.AMBIGUOUS_DATASET),
        ({"dataset": "a"}, on("b"), on("a"), Cause.MISSING_DATASET),
        ({"dataset": "a", "across_datasets": True}, on("b"), on("a"), Cause.MISSING_DATASET),
    ],
)
def test_what_cannot_be_compared_is_errored_and_named(
    gate: dict[str, Any], ours: object, theirs: object, cause: Cause
) -> None:
    result = answer({**AUC, "min_absolute_change": -1, **gate}, candidate(ours), baseline(theirs))
    assert (Verdict.ERRORED, cause) == (result.verdict, result.cause)


@pytest.mark.parametrize(
    ("gate", "ours", "theirs"),
    [
        ({}, on("a"), on("a")),
        ({}, on("a"), on("a", value=0.9) + on("b", value=5)),
        ({"dataset": "a"}, on("a") + on("b", value=0), on("a") + on("b", value=5)),
        ({"across_datasets": True}, on("a"), on("b")),
        ({"across_datasets": True}, on("a"), on("a") + on("b", value=5)),
        ({"across_datasets": True, "dataset": "a"}, on("a"), on("b")),
    ],
)
def test_like_is_compared_with_like(gate: dict[str, Any], ours: object, theirs: object) -> None:
    assert answer({**AUC, "min_absolute_change": 0, **gate}, candidate(ours), baseline(theirs)).verdict is PASSED


def test_a_baseline_that_only_an_edited_database_holds_is_errored() -> None:
    other = Evidence("churn", 2, "b" * 64, (Metric("auc", float("nan")),))
    result = answer({**AUC, "min_absolute_change": -1}, candidate({"auc": 0.9}), other)
    assert (Verdict.ERRORED, Cause.NOT_FINITE) == (result.verdict, result.cause)
    assert (0.9, None) == (result.candidate_value, result.baseline_value)
