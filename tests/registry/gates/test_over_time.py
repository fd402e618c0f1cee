"""Gates of phase production: the newest windows, each by the same condition, and no pass where one is missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_registry.errors import NotPassedError
from airflow_provider_registry.registry.gates.result import GateResult
from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.metrics.newest import MeasuredWindow, NewestWindows
from airflow_provider_registry.registry.policies.policy import Policy
from tests.registry.gates.worlds import AUC, answer, baseline, candidate

FIRST = datetime(2026, 3, 3, tzinfo=UTC)
DAY = timedelta(days=1)
LIVE = {**AUC, "phase": "production"}


def day(number: int, value: float) -> MeasuredWindow:
    """The window of a day."""
    return MeasuredWindow(FIRST + number * DAY, FIRST + (number + 1) * DAY, 1, value)


def series(*values: float | None, dataset: str = "", slice: str = "") -> NewestWindows:
    """A day for each value, the first of them first; None for a day without."""
    windows = [day(number, value) for number, value in enumerate(values) if value is not None]
    return NewestWindows("auc", dataset, slice, tuple(reversed(windows)))


def said(gate: dict[str, Any], mine: Any, theirs: Any = None, **registered: float) -> GateResult:
    """What a gate says of a candidate that measured this, against a baseline that measured that."""
    over_time = mine if isinstance(mine, tuple) else (mine,)
    other = None if theirs is None else baseline(over_time=theirs if isinstance(theirs, tuple) else (theirs,))
    return answer({**LIVE, **gate}, candidate(registered, over_time=over_time), other)


class TestThreshold:
    @pytest.mark.parametrize(
        ("windows", "values", "verdict"),
        [
            (1, [0.1, 0.8], Verdict.PASSED),
            (1, [0.9, 0.7], Verdict.FAILED),
            (3, [0.1, 0.8, 0.85, 0.9], Verdict.PASSED),
            (3, [0.9, 0.8, 0.7, 0.9], Verdict.FAILED),
        ],
    )
    def test_it_holds_in_each_of_the_newest_windows(self, windows, values, verdict):
        assert said({"threshold": 0.8, "windows": windows}, series(*values)).verdict is verdict

    def test_the_reason_has_the_newest_window_in_which_it_does_not_hold(self):
        result = said({"threshold": 0.8, "windows": 3}, series(0.9, 0.6, 0.7, 0.9))
        assert result.gate == "auc >= 0.8 in phase production, in each of the last 3 windows"
        assert result.reason == (
            "auc 0.7 in phase production is below 0.8, in the window from 2026-03-05 00:00 to 2026-03-06 00:00"
        )
        assert (result.candidate_value, result.bound) == (0.7, 0.8)

    @pytest.mark.parametrize(
        ("mine", "cause"),
        [
            (series(0.9, 0.9), Cause.TOO_FEW_WINDOWS),
            (series(0.9, 0.9, None, 0.9), Cause.WINDOW_GAP),
            (series(0.9, 0.9, float("nan")), Cause.NOT_FINITE),
            (series(0.9, 0.9, 0.9, slice="country=NO"), Cause.MISSING_METRIC),
            ((series(0.9, 0.9, 0.9, dataset="a"), series(0.9, 0.9, 0.9, dataset="b")), Cause.AMBIGUOUS_DATASET),
            ((), Cause.MISSING_METRIC),
        ],
    )
    def test_what_is_missing_is_no_pass(self, mine, cause):
        result = said({"threshold": 0.8, "windows": 3}, mine, auc=0.9)
        assert (result.verdict, result.cause) == (Verdict.ERRORED, cause)

    def test_a_gap_before_the_windows_asked_for_does_no_harm(self):
        assert said({"threshold": 0.8, "windows": 2}, series(0.9, None, 0.9, 0.9)).verdict is Verdict.PASSED

    def test_moments_have_no_gap_between_them(self):
        moments = tuple(MeasuredWindow(FIRST - n * DAY, FIRST - n * DAY, 1, 0.9) for n in (0, 2, 7))
        assert said({"threshold": 0.8, "windows": 3}, NewestWindows("auc", "", "", moments)).verdict is Verdict.PASSED

    def test_what_was_registered_of_that_phase_counts_where_nothing_was_recorded_over_time(self):
        shadow = [{"name": "auc", "value": 0.9, "phase": "production"}]
        gate = {**LIVE, "threshold": 0.8}
        assert answer(gate, candidate(shadow)).verdict is Verdict.PASSED
        assert answer(gate, candidate(shadow, over_time=(series(0.7),))).verdict is Verdict.FAILED


class TestChange:
    @pytest.mark.parametrize(
        ("gate", "mine", "theirs", "verdict"),
        [
            ({}, series(0.8, 0.9), series(0.9, 0.8), Verdict.PASSED),
            ({"windows": 2}, series(0.8, 0.9), series(0.9, 0.8), Verdict.FAILED),
            ({}, series(0.9, 0.1), series(0.8, None), Verdict.PASSED),  # of the newest that both have
            ({"windows": 2}, series(0.9, 0.9, 0.9), series(0.8, None, 0.8), Verdict.ERRORED),
            ({"windows": 2}, series(0.9, 0.9, 0.9), series(0.8), Verdict.ERRORED),
            ({}, series(0.9), series(0.8, dataset="other"), Verdict.ERRORED),
            ({"across_datasets": True}, series(0.9), series(0.8, dataset="other"), Verdict.PASSED),
            ({}, series(0.9), (), Verdict.ERRORED),
            ({}, series(0.9), None, Verdict.SKIPPED),
        ],
    )
    def test_the_baseline_is_compared_over_the_same_windows(self, gate, mine, theirs, verdict):
        assert said({"min_absolute_change": 0.0, **gate}, mine, theirs).verdict is verdict

    @pytest.mark.parametrize(("newest", "verdict"), [(0.86, Verdict.PASSED), (0.84, Verdict.FAILED)])
    def test_against_what_it_was_in_validation(self, newest, verdict):
        gate = {"min_absolute_change": -0.05, "against": "validation", "windows": 2}
        result = said(gate, series(0.9, newest, dataset="scored"), auc=0.9)
        assert (result.verdict, result.baseline_value) == (verdict, 0.9)
        assert result.gate.startswith("auc at most 0.05 worse than what it was in validation in phase production")

    def test_without_a_validation_metric_it_is_no_pass(self):
        result = said({"min_absolute_change": -0.05, "against": "validation"}, series(0.9))
        assert (result.verdict, result.cause) == (Verdict.ERRORED, Cause.MISSING_BASELINE_METRIC)

    @pytest.mark.parametrize(
        ("values", "verdict"),
        [([0.9, 0.86, 0.82], Verdict.PASSED), ([0.9, 0.84, 0.84], Verdict.FAILED), ([0.9, 0.9], Verdict.ERRORED)],
    )
    def test_against_the_window_before(self, values, verdict):
        gate = {"min_relative_change": -0.05, "against": "previous_window", "windows": 2}
        assert said(gate, series(*values)).verdict is verdict

    def test_the_reason_names_what_it_was_compared_with(self):
        result = said({"min_absolute_change": 0.0, "against": "previous_window"}, series(0.9, 0.84))
        assert result.reason == (
            "auc 0.84 in phase production is 0.06 worse than the window's before, 0.9; no worse is asked, "
            "in the window from 2026-03-04 00:00 to 2026-03-05 00:00"
        )


TWO_DAYS = {"gates": [{**LIVE, "threshold": 0.7, "windows": 2}]}


class TestPolicies:
    def record(self, world: Any, version: int, *values: float, first: int = 0, **more: Any) -> None:
        rows = [
            {"name": "auc", "value": value, "window": day(first + number, value)[:2]}
            for number, value in enumerate(values)
        ]
        world.registry.record_metrics(f"models:/churn/{version}", rows, **more)

    def test_a_promotion_rests_on_the_newest_windows_and_the_highest_revision(self, world):
        world.versions(0.9)
        world.registry.set_policy("churn", "production", TWO_DAYS)
        with pytest.raises(NotPassedError, match="has no auc that was recorded over time"):
            world.registry.promote("churn", 1, "production")
        self.record(world, 1, 0.1, 0.8, 0.6)
        with pytest.raises(NotPassedError, match="auc 0.6 in phase production is below 0.7"):
            world.registry.promote("churn", 1, "production")
        self.record(world, 1, 0.75, first=2, revision=2)
        world.registry.promote("churn", 1, "production")
        assert world.holders() == [1]
        world.registry.verify_record("churn")

    def test_a_report_that_read_other_windows_no_longer_counts(self, world):
        world.versions(0.9)
        world.registry.set_policy("churn", "production", TWO_DAYS)
        self.record(world, 1, 0.8, 0.8)
        report = world.registry.validate("churn", 1, alias="production")
        self.record(world, 1, 0.8, slice="country=NO")
        assert (
            world.registry.validate("churn", 1, alias="production", key="again").metrics_digest == report.metrics_digest
        )
        self.record(world, 1, 0.9, first=2)
        world.registry.promote("churn", 1, "production")
        assert len({one.metrics_digest for one in world.registry.gate_reports("models:/churn/1")}) == 2

    def test_champion_and_challenger_are_compared_over_the_same_windows(self, world):
        world.versions(0.9, 0.95)
        world.registry.promote("churn", 1, "production")
        world.registry.set_policy("churn", "production", {"gates": [{**LIVE, "min_absolute_change": 0, "windows": 2}]})
        self.record(world, 1, 0.8, 0.8)
        self.record(world, 2, 0.7, 0.9, 0.9)
        assert not world.registry.validate("churn", 2, alias="production").passed
        self.record(world, 1, 0.8, first=2)
        assert world.registry.validate("churn", 2, alias="production").passed

    def test_a_policy_reads_back_as_it_was_written(self):
        gates = [
            {**LIVE, "threshold": 0.7, "windows": 2},
            {**LIVE, "min_absolute_change": -0.1, "against": "validation", "windows": 3},
            {**LIVE, "min_relative_change": -0.1, "against": "previous_window"},
        ]
        policy = Policy.parse({"gates": gates})
        assert Policy.parse(policy.as_mapping()) == policy
        assert [gate.as_mapping() for gate in policy.gates] == gates
