"""The gate report."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from airflow_provider_registry.registry.gates.evaluate import evaluate
from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.gates.verdicts import Verdict
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.versions.metrics import Metric
from tests.registry.gates.worlds import AUC, baseline, candidate
from tests.registry.strategies import METRIC_ROWS, POLICIES


def report(policy: Policy, one: Evidence, other: Evidence | None) -> GateReport:
    return GateReport(
        model_name="churn",
        version=3,
        digest="d" * 64,
        alias="production",
        policy_digest=policy.digest,
        baseline_version=None if other is None else other.version,
        baseline_assignment=None if other is None else 17,
        metrics_digest="e" * 64,
        results=evaluate(policy, one, other),
    )


def of(*gates: dict[str, Any], auc: float = 0.9) -> GateReport:
    return report(Policy.parse({"gates": list(gates)}), candidate({"auc": auc}), baseline({"auc": 0.9}))


FLOOR = {**AUC, "threshold": 0.8}
GAIN = {**AUC, "min_absolute_change": 0.01}
MISSING = {**AUC, "metric": "f1", "threshold": 0.8}


class TestOutcome:
    @pytest.mark.parametrize(
        ("gates", "passed", "errored"),
        [
            ([FLOOR], True, False),
            ([FLOOR, GAIN], False, False),
            ([FLOOR, {**GAIN, "severity": "warning"}], True, False),
            ([FLOOR, MISSING], False, True),
            ([FLOOR, {**MISSING, "severity": "warning"}], True, False),
            ([], False, True),
        ],
    )
    def test_a_report_passed_if_nothing_in_it_failed_or_errored(
        self, gates: list[dict[str, Any]], passed: bool, errored: bool
    ) -> None:
        assert (passed, errored) == (of(*gates).passed, of(*gates).errored)

    def test_a_first_model_passes_with_its_changes_skipped(self) -> None:
        first = report(Policy.parse({"gates": [GAIN]}), candidate({"auc": 0.5}), None)
        assert first.passed
        assert first.sentence() == "Version 3 of churn passed the gates of production (1 skipped)."

    def test_a_report_without_results_did_not_pass(self) -> None:
        nothing = replace(of(FLOOR), results=())
        assert (nothing.passed, nothing.errored) == (False, True)
        assert "no gate was answered" in nothing.sentence()


class TestWords:
    def test_what_did_not_pass_is_said_with_every_reason(self) -> None:
        expected = (
            "Version 3 of churn did not pass the gates of production: auc 0.7 is below 0.8; "
            "version 3 has no metric f1 of the phase validation."
        )
        assert expected == of(FLOOR, MISSING, {**GAIN, "severity": "warning"}, auc=0.7).sentence()

    def test_what_passed_is_counted(self) -> None:
        sentence = of(FLOOR, FLOOR, {**GAIN, "severity": "warning"}).sentence()
        assert sentence == "Version 3 of churn passed the gates of production (2 passed, 1 warned)."

    def test_the_table_has_a_row_for_each_gate(self) -> None:
        assert of(FLOOR).table() == [("auc >= 0.8", "passed", "auc 0.9 is at least 0.8")]


class TestBinding:
    def test_a_report_is_bound_while_nothing_changed(self) -> None:
        made = of(FLOOR)
        assert made.bound_to(made.policy_digest, 17, made.digest, made.metrics_digest) == []

    @pytest.mark.parametrize(
        ("key", "value", "sentence"),
        [
            ("policy_digest", "x", "The policy of production is another one now."),
            (
                "baseline_assignment",
                18,
                "production had version 2 as the baseline when its gates were answered",
            ),
            ("baseline_assignment", None, "and has none now."),
            ("digest", "x" * 64, "The bytes of version 3 have the digest xxxxxxxxxxxx now, not dddddddddddd."),
            (
                "metrics_digest",
                "x",
                "The metrics of version 3 or of its baseline, its checks, card, scans or signatures are others now.",
            ),
        ],
    )
    def test_what_changed_is_said(self, key: str, value: Any, sentence: str) -> None:
        made = of(FLOOR)
        keys = ("policy_digest", "baseline_assignment", "digest", "metrics_digest")
        now = {name: getattr(made, name) for name in keys} | {key: value}
        (found,) = made.bound_to(**now)
        assert sentence in found


class TestMapping:
    @given(POLICIES, METRIC_ROWS, METRIC_ROWS)
    def test_a_report_is_read_back_as_itself_through_json(
        self, policy: Policy, ours: list[Metric], theirs: list[Metric]
    ) -> None:
        one, other = Evidence("churn", 3, "", tuple(ours)), Evidence("churn", 2, "", tuple(theirs))
        made = replace(report(policy, one, other), created_at=datetime(2026, 3, 3, tzinfo=UTC), report_id=5)
        read = GateReport.from_mapping(json.loads(json.dumps(made.as_mapping(), allow_nan=False)))
        assert made == read
        assert made.digest_of_report == read.digest_of_report == made.as_mapping()["report_digest"]
        assert made.passed == made.as_mapping()["passed"]

    def test_the_digest_is_of_what_was_said_and_not_of_when(self) -> None:
        made = of(FLOOR)
        assert made.digest_of_report == replace(made, created_at=datetime.now(UTC), report_id=9).digest_of_report
        others = [replace(made, version=4), replace(made, baseline_assignment=18), of(GAIN)]
        assert made.digest_of_report not in {other.digest_of_report for other in others}

    def test_verdicts_are_plain_text_in_json(self) -> None:
        (result,) = of(FLOOR).as_mapping()["results"]
        assert type(result["verdict"]) is str
        assert result["verdict"] == Verdict.PASSED
