"""Hypothesis strategies for what the kernel reads: one place, so that every test means the same by a policy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from airflow_provider_registry.registry.policies.gate import (
    ChangeGate,
    Gate,
    IntegrityGate,
    MetadataGate,
    Severity,
    ThresholdGate,
)
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.versions.metrics import Metric, Phase

FINITE = st.floats(allow_nan=False, allow_infinity=False)
# -0.0 is read as 0.0, and so is no number of a metric or a policy.
NUMBERS = FINITE.map(lambda number: number + 0.0)
DATASETS = st.sampled_from(["", "holdout", "test"])
SLICES = st.sampled_from(["", "country=NO", "age=60+,country=NO"])
NAMES = st.sampled_from(["auc", "loss", "f1"])

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | FINITE | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)

METRICS = st.builds(Metric, name=NAMES, value=NUMBERS, phase=st.sampled_from(Phase), dataset=DATASETS, slice=SLICES)
METRIC_ROWS = st.lists(METRICS, unique_by=lambda metric: metric.key)

_SEVERITY: dict[str, st.SearchStrategy[Any]] = {"severity": st.sampled_from(Severity)}
_MEASURED: dict[str, st.SearchStrategy[Any]] = {
    "metric": NAMES,
    "greater_is_better": st.booleans(),
    "phase": st.sampled_from(Phase),
    "dataset": DATASETS,
    "slice": SLICES,
    **_SEVERITY,
}
THRESHOLDS = st.builds(ThresholdGate, threshold=NUMBERS, **_MEASURED)
CHANGES = st.builds(ChangeGate, min_change=NUMBERS, relative=st.booleans(), across_datasets=st.booleans(), **_MEASURED)
METADATA_GATES = st.builds(
    MetadataGate, fields=st.none() | st.just(("owner",)) | st.just(("owner", "intended_use")), **_SEVERITY
)
GATES: st.SearchStrategy[Gate] = THRESHOLDS | CHANGES | METADATA_GATES | st.builds(IntegrityGate, **_SEVERITY)
POLICIES = st.builds(
    Policy,
    gates=st.lists(GATES, max_size=4).map(tuple),
    requires=st.none() | st.sampled_from(["staging", "champion"]),
    integrity_max_age=st.integers(1, 3_650 * 86_400).map(lambda seconds: timedelta(seconds=seconds)),
    description=st.sampled_from(["", "no worse than what is live"]),
)
