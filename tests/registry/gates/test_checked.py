"""The gate on a check of somebody's own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_registry.registry import RecordedCheck
from airflow_provider_registry.registry.gates.evaluate import evaluate
from airflow_provider_registry.registry.gates.result import GateResult
from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.policies.policy import Policy
from tests.registry.gates.worlds import candidate

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def answered(passed: bool | None, evidence: dict[str, Any] | None = None, **more: str) -> GateResult:
    """The gate on the check `drift`, of which this is the newest outcome; None for none."""
    checks = {}
    if passed is not None:
        checks["drift"] = RecordedCheck("churn", 3, "drift", passed, evidence or {}, "d" * 64, NOON, 17, "ana")
    (result,) = evaluate(Policy.parse({"gates": [{"check": "drift", **more}]}), candidate(checks=checks), None)
    return result


@pytest.mark.parametrize(("passed", "verdict"), [(True, Verdict.PASSED), (False, Verdict.FAILED)])
def test_the_newest_outcome_is_the_answer_and_the_result_names_it(passed: bool, verdict: Verdict) -> None:
    result = answered(passed)
    assert (result.verdict, result.check_event, result.check_digest) == (verdict, 17, "d" * 64)
    assert GateResult.from_mapping(result.as_mapping()) == result


def test_no_outcome_is_no_pass_and_the_reason_says_how_to_make_one() -> None:
    result = answered(None)
    assert (result.verdict, result.cause) == (Verdict.ERRORED, Cause.MISSING_CHECK)
    assert "version 3 has no outcome of the check drift; record one" in result.reason


@pytest.mark.parametrize("passed", [False, None])
def test_a_warning_blocks_nothing(passed: bool | None) -> None:
    assert answered(passed, severity="warning").verdict is Verdict.WARNED


def test_a_gate_goes_by_the_name_that_it_was_given() -> None:
    assert answered(True, name="no drift").gate == "no drift: check drift"


def test_the_reason_has_the_numbers_of_the_evidence_the_outer_ones_first_and_no_text() -> None:
    evidence = {"deep": {"b": 2.5, "deeper": {"c": 3, "too deep": {"d": 4}}}, "a": 1, "who": "eva", "ok": True}
    reason = answered(True, evidence).reason
    assert reason == "version 3 passed the check drift (event 17 of the record): a 1, deep.b 2.5, deep.deeper.c 3"


def test_the_reason_stays_short_whatever_the_evidence() -> None:
    reason = answered(False, {f"{'x' * 200}\n{number}": number for number in range(1_000)}).reason
    assert len(reason) < 700
    assert "\n" not in reason
