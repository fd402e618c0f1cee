"""Gates in words."""

from __future__ import annotations

import pytest

from airflow_provider_registry.registry.policies.gate import Gate
from airflow_provider_registry.registry.policies.kept_gates import IntegrityGate, MetadataGate
from airflow_provider_registry.registry.policies.metric_gates import ChangeGate, ThresholdGate
from airflow_provider_registry.registry.versions.metrics import Phase


@pytest.mark.parametrize(
    ("gate", "expected"),
    [
        (ThresholdGate(metric="auc", threshold=0.80, greater_is_better=True), "auc >= 0.8"),
        (ThresholdGate(metric="loss", threshold=1, greater_is_better=False), "loss <= 1"),
        (
            ThresholdGate(metric="auc", threshold=0.8, greater_is_better=True, slice="country=NO"),
            "auc >= 0.8 on slice country=NO",
        ),
        (
            ThresholdGate(metric="auc", threshold=0, greater_is_better=True, dataset="holdout", phase=Phase.PRODUCTION),
            "auc >= 0 on dataset holdout in phase production",
        ),
        (
            ChangeGate(metric="auc", min_change=0.01, greater_is_better=True),
            "auc at least 0.01 better than the baseline's",
        ),
        (
            ChangeGate(metric="auc", min_change=-0.005, greater_is_better=True),
            "auc at most 0.005 worse than the baseline's",
        ),
        (ChangeGate(metric="auc", min_change=0, greater_is_better=True), "auc no worse than the baseline's"),
        (
            ChangeGate(metric="loss", min_change=0.025, greater_is_better=False, relative=True, across_datasets=True),
            "loss at least 2.5% better than the baseline's, across datasets",
        ),
        (MetadataGate(), "metadata has what its schema requires"),
        (MetadataGate(fields=("owner", "use")), "metadata has owner, use"),
        (IntegrityGate(), "stored bytes match the digest"),
    ],
)
def test_a_gate_reads_as_words(gate: Gate, expected: str) -> None:
    assert expected == gate.text
