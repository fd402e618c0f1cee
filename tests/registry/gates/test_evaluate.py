"""All gates of a policy: what holds for all of them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.registry.gates.evaluate import evaluate
from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.result import GateResult
from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.policies.gate_kinds import Severity
from airflow_provider_registry.registry.policies.metric_gates import ChangeGate, MetricGate, ThresholdGate
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.versions.metrics import Metric
from tests.registry.gates.worlds import AUC, answer, baseline, candidate
from tests.registry.strategies import CHANGES, METRIC_ROWS, NUMBERS, POLICIES, THRESHOLDS

CENTS = st.integers(-10_000, 10_000)
METRIC_GATES = THRESHOLDS | CHANGES
VALUES = st.integers(-50, 50).map(lambda number: number / 10) | NUMBERS


def written(number: int, places: int) -> float:
    """The float that reads as this many units of the last decimal place."""
    return float(f"{number}e-{places}")


def version(number: int, *values: Metric) -> Evidence:
    return Evidence("churn", number, str(number) * 64, values)


def measured(gate: MetricGate, value: float) -> Metric:
    """The row that the gate reads."""
    return Metric(gate.metric, value, gate.phase, gate.dataset, gate.slice)


def verdict(gate: ThresholdGate | ChangeGate, ours: float, theirs: float) -> Verdict:
    one, other = version(3, measured(gate, ours)), version(2, measured(gate, theirs))
    return evaluate(Policy(gates=(gate,)), one, other)[0].verdict


class TestExactness:
    @given(CENTS, CENTS, CENTS, st.integers(0, 8))
    def test_an_absolute_change_is_what_the_decimals_say(self, ours: int, theirs: int, bound: int, places: int) -> None:
        gate = ChangeGate(metric="auc", greater_is_better=True, min_change=written(bound, places))
        expected = Verdict.PASSED if ours - theirs >= bound else Verdict.FAILED
        assert expected is verdict(gate, written(ours, places), written(theirs, places))

    @given(CENTS, CENTS.filter(bool), CENTS, st.integers(0, 8))
    def test_a_relative_change_is_what_the_decimals_say(self, ours: int, theirs: int, bound: int, places: int) -> None:
        gate = ChangeGate(metric="auc", greater_is_better=True, min_change=written(bound, 4), relative=True)
        expected = Verdict.PASSED if Fraction(ours - theirs, abs(theirs)) >= Fraction(bound, 10**4) else Verdict.FAILED
        assert expected is verdict(gate, written(ours, places), written(theirs, places))

    @given(CENTS, CENTS, st.integers(0, 8), st.booleans())
    def test_a_threshold_is_what_the_decimals_say(self, ours: int, bound: int, places: int, greater: bool) -> None:
        gate = ThresholdGate(metric="auc", greater_is_better=greater, threshold=written(bound, places))
        expected = Verdict.PASSED if (ours >= bound if greater else ours <= bound) else Verdict.FAILED
        assert expected is verdict(gate, written(ours, places), 0.0)


class TestShape:
    @given(METRIC_GATES, VALUES, VALUES, VALUES)
    def test_a_better_candidate_never_turns_passed_into_failed(
        self, gate: ThresholdGate | ChangeGate, ours: float, more: float, theirs: float
    ) -> None:
        worse, better = sorted((ours, more), reverse=not gate.greater_is_better)
        if verdict(gate, worse, theirs) is Verdict.PASSED:
            assert verdict(gate, better, theirs) is Verdict.PASSED

    @given(THRESHOLDS, VALUES)
    def test_a_threshold_negated_is_its_mirror(self, gate: ThresholdGate, ours: float) -> None:
        mirror = replace(gate, greater_is_better=not gate.greater_is_better, threshold=-gate.threshold)
        assert verdict(gate, ours, 0.0) is verdict(mirror, -ours, 0.0)

    @given(CHANGES, VALUES, VALUES)
    def test_a_change_negated_is_its_mirror_with_the_same_bound(
        self, gate: ChangeGate, ours: float, theirs: float
    ) -> None:
        mirror = replace(gate, greater_is_better=not gate.greater_is_better)
        assert verdict(gate, ours, theirs) is verdict(mirror, -ours, -theirs)

    @given(CHANGES, VALUES, VALUES)
    def test_asking_for_less_never_turns_passed_into_failed(self, gate: ChangeGate, ours: float, theirs: float) -> None:
        if verdict(gate, ours, theirs) is Verdict.PASSED:
            less = replace(gate, min_change=min(gate.min_change, gate.min_change - 1))
            assert verdict(less, ours, theirs) is Verdict.PASSED


class TestFailClosed:
    @given(POLICIES, METRIC_ROWS, st.none() | METRIC_ROWS)
    def test_there_is_one_result_for_each_gate_and_never_none(
        self, policy: Policy, ours: list[Metric], theirs: list[Metric] | None
    ) -> None:
        other = None if theirs is None else version(2, *theirs)
        results = evaluate(policy, version(3, *ours), other)
        assert len(results) == max(1, len(policy.gates) + (policy.requires is not None))
        assert results == evaluate(policy, version(3, *reversed(ours)), other)
        for result in results:
            assert result.reason
            assert result == GateResult.from_mapping(result.as_mapping())
            assert (result.cause is None) or result.verdict is not Verdict.PASSED

    @given(POLICIES.map(lambda policy: replace(policy, gates=(), requires=None, approvals=())), METRIC_ROWS)
    def test_an_empty_policy_never_passes(self, policy: Policy, rows: list[Metric]) -> None:
        (result,) = evaluate(policy, version(3, *rows), version(2, *rows))
        assert (Verdict.ERRORED, Cause.EMPTY_POLICY) == (result.verdict, result.cause)

    @given(METRIC_GATES, METRIC_ROWS, st.none() | METRIC_ROWS)
    def test_a_candidate_without_the_metric_never_passes(
        self, gate: ThresholdGate | ChangeGate, ours: list[Metric], theirs: list[Metric] | None
    ) -> None:
        without = version(3, *(row for row in ours if row.name != gate.metric))
        other = None if theirs is None else version(2, *theirs)
        (result,) = evaluate(Policy(gates=(gate,)), without, other)
        expected = Verdict.ERRORED if gate.severity is Severity.ERROR else Verdict.WARNED
        assert (expected, Cause.MISSING_METRIC) == (result.verdict, result.cause)

    @given(METRIC_GATES, METRIC_ROWS, st.sampled_from([float("nan"), float("inf"), float("-inf")]))
    def test_a_number_that_is_none_never_passes(
        self, gate: ThresholdGate | ChangeGate, theirs: list[Metric], value: float
    ) -> None:
        (result,) = evaluate(Policy(gates=(gate,)), version(3, measured(gate, value)), version(2, *theirs))
        expected = Verdict.ERRORED if gate.severity is Severity.ERROR else Verdict.WARNED
        assert (expected, Cause.NOT_FINITE) == (result.verdict, result.cause)


class TestSeverity:
    @pytest.mark.parametrize("metrics", [{"auc": 0.5}, {}])
    def test_a_warning_keeps_its_reason_and_does_not_block(self, metrics: dict[str, Any]) -> None:
        gate = {**AUC, "threshold": 0.8}
        hard = answer(gate, candidate(metrics))
        soft = answer({**gate, "severity": "warning"}, candidate(metrics))
        assert hard.verdict in (Verdict.FAILED, Verdict.ERRORED)
        assert replace(hard, severity=Severity.WARNING, verdict=Verdict.WARNED) == soft

    def test_a_warning_that_holds_has_passed(self) -> None:
        gate = {**AUC, "threshold": 0.8, "severity": "warning"}
        assert answer(gate, candidate({"auc": 0.9})).verdict is Verdict.PASSED

    def test_a_warning_without_a_baseline_is_skipped(self) -> None:
        gate = {**AUC, "min_absolute_change": 0, "severity": "warning"}
        assert answer(gate, candidate({"auc": 0.9})).verdict is Verdict.SKIPPED


class TestPolicyAsAWhole:
    def test_a_gate_with_a_name_is_called_by_it(self) -> None:
        assert answer({**AUC, "threshold": 0.8, "name": "floor"}, candidate()).gate == "floor: auc >= 0.8"

    def test_value_gates_hold_while_there_is_no_baseline(self) -> None:
        gates = [{**AUC, "min_absolute_change": 0}, {**AUC, "threshold": 0.8}]
        results = evaluate(Policy.parse({"gates": gates}), candidate({"auc": 0.5}), None)
        assert [result.verdict for result in results] == [Verdict.SKIPPED, Verdict.FAILED]

    @pytest.mark.parametrize("held", [frozenset({"staging"}), frozenset[str]()])
    def test_what_people_are_asked_is_no_gate(self, held: frozenset[str]) -> None:
        gates = {"gates": [{**AUC, "threshold": 0.8}], "requires": "staging"}
        asking = {**gates, "approvals": [{"role": "ml-lead"}], "four_eyes": True}
        one = candidate({"auc": 0.5}, aliases_held=held)
        assert evaluate(Policy.parse(gates), one, None) == evaluate(Policy.parse(asking), one, None)

    def test_a_policy_that_asks_people_alone_passes_and_says_so(self) -> None:
        (result,) = evaluate(Policy.parse({"approvals": [{"role": "ml-lead"}]}), candidate(), None)
        assert (Verdict.PASSED, "approvals") == (result.verdict, result.kind)
        assert result.reason == "the policy asks people, and no gate"

    @pytest.mark.parametrize("key", ["override", "rollback"])
    def test_who_may_go_past_a_policy_or_back_is_nothing_that_could_pass(self, key: str) -> None:
        (result,) = evaluate(Policy.parse({key: {"users": ["ana"]}}), candidate(), None)
        assert result.cause is Cause.EMPTY_POLICY

    def test_results_stand_in_the_order_of_the_gates(self) -> None:
        gates = [{**AUC, "threshold": bound / 10} for bound in range(9)]
        results = evaluate(Policy.parse({"gates": gates}), candidate({"auc": 0.5}), baseline())
        assert [result.bound for result in results] == [bound / 10 for bound in range(9)]
