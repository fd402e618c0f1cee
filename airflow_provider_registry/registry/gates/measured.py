"""Finding the one metric row that a gate reads, or saying which is missing."""

from __future__ import annotations

import math
from collections.abc import Iterable

from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.result import UnanswerableError
from airflow_provider_registry.registry.gates.verdicts import Cause
from airflow_provider_registry.registry.policies.metric_gates import ChangeGate, MetricGate
from airflow_provider_registry.registry.versions.metrics import Metric


def candidate_metric(gate: MetricGate, candidate: Evidence) -> Metric:
    """The row of the candidate that the gate reads.

    Raises:
        UnanswerableError: where there is none, several datasets could be meant, or its value is not finite.
    """
    rows = _rows(gate, candidate)
    if gate.dataset:
        return _finite(_on_dataset(gate, candidate, rows), candidate)
    if len(rows) > 1:
        raise UnanswerableError(
            Cause.AMBIGUOUS_DATASET,
            f"{gate.measured} of version {candidate.version} was measured on {_listed(rows)}; name the dataset",
        )
    return _finite(rows[0], candidate)


def baseline_metric(gate: ChangeGate, candidate_row: Metric, baseline: Evidence) -> Metric:
    """The row of the baseline that the candidate's is compared with: of the same dataset, or the only other one.

    Raises:
        UnanswerableError: where there is none, it is of another dataset and the gate does not say
            `across_datasets`, several could be meant, or its value is not finite.
    """
    try:
        rows = _rows(gate, baseline)
    except UnanswerableError as error:
        raise UnanswerableError(
            Cause.MISSING_BASELINE_METRIC, f"the baseline lacks it: {error}", candidate_value=candidate_row.value
        ) from None
    same = [row for row in rows if row.dataset == candidate_row.dataset]
    if not same and not gate.across_datasets:
        raise UnanswerableError(
            Cause.DIFFERENT_DATASETS,
            f"{gate.measured} was measured on {_dataset(candidate_row)}, and for the baseline, "
            f"version {baseline.version}, on {_listed(rows)}; measure both on one, or say across_datasets",
            candidate_value=candidate_row.value,
        )
    if not same and len(rows) > 1:
        raise UnanswerableError(
            Cause.AMBIGUOUS_DATASET,
            f"{gate.measured} of the baseline, version {baseline.version}, was measured on {_listed(rows)}, "
            f"none of them {_dataset(candidate_row)}",
            candidate_value=candidate_row.value,
        )
    return _finite((same or rows)[0], baseline, candidate_value=candidate_row.value)


def _rows(gate: MetricGate, evidence: Evidence) -> list[Metric]:
    """The rows of the gate's metric, phase and slice: one for each dataset, and at least one."""
    version = f"version {evidence.version}"
    named = [row for row in evidence.metrics if row.name == gate.metric]
    in_phase = [row for row in named if row.phase == gate.phase]
    if not in_phase:
        others = ", ".join(sorted({row.phase.value for row in named}))
        hint = f" (it has one of the phase {others})" if others else ""
        raise UnanswerableError(
            Cause.MISSING_METRIC, f"{version} has no metric {gate.metric} of the phase {gate.phase}{hint}"
        )
    rows = [row for row in in_phase if row.slice == gate.slice]
    if not rows:
        wanted = f"on slice {gate.slice}" if gate.slice else "on the whole dataset"
        has = ", ".join(sorted({row.slice or "the whole dataset" for row in in_phase})[:5])
        raise UnanswerableError(
            Cause.MISSING_SLICE, f"{version} has no metric {gate.metric} {wanted}; it was measured on {has}"
        )
    return rows


def _on_dataset(gate: MetricGate, evidence: Evidence, rows: list[Metric]) -> Metric:
    for row in rows:
        if row.dataset == gate.dataset:
            return row
    raise UnanswerableError(
        Cause.MISSING_DATASET,
        f"{gate.metric} of version {evidence.version} was not measured on dataset {gate.dataset}, "
        f"but on {_listed(rows)}",
    )


def _finite(row: Metric, evidence: Evidence, candidate_value: float | None = None) -> Metric:
    if not math.isfinite(row.value):
        raise UnanswerableError(
            Cause.NOT_FINITE,
            f"{row.name} of version {evidence.version} is {row.value}, which is not a finite number",
            candidate_value=candidate_value,
        )
    return row


def _listed(rows: Iterable[Metric]) -> str:
    return ", ".join(sorted(_dataset(row) for row in rows)[:5])


def _dataset(row: Metric) -> str:
    return f"dataset {row.dataset}" if row.dataset else "a dataset without a name"
