"""The gate on a value.

The sense is that of MLflow's `MetricThreshold.threshold` and of the bounds of TFMA's `GenericValueThreshold`
(tensorflow_model_analysis/evaluators/metrics_validator.py): a value that equals the bound passes. As TFMA, and
unlike MLflow, a gate can name a slice; unlike both, the comparison is exact for decimals as written.
"""

from __future__ import annotations

from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.exact import exact, spelt
from airflow_provider_registry.registry.gates.measured import candidate_metric
from airflow_provider_registry.registry.gates.result import GateResult
from airflow_provider_registry.registry.gates.verdicts import Verdict
from airflow_provider_registry.registry.policies.metric_gates import ThresholdGate


def check_threshold(gate: ThresholdGate, candidate: Evidence) -> GateResult:
    """Compare the candidate's value with the threshold.

    Raises:
        UnanswerableError: where there is no value to compare.
    """
    value = candidate_metric(gate, candidate).value
    left, right = exact(value), exact(gate.threshold)
    holds = left >= right if gate.greater_is_better else left <= right
    measured = f"{gate.metric} {spelt(value, gate.threshold)}{gate.scope}"
    return GateResult(
        gate=gate.text,
        kind=gate.kind,
        severity=gate.severity,
        verdict=Verdict.PASSED if holds else Verdict.FAILED,
        reason=f"{measured} is {_compared(gate, holds)} {spelt(gate.threshold)}",
        candidate_value=value,
        bound=gate.threshold,
    )


def _compared(gate: ThresholdGate, holds: bool) -> str:
    if holds:
        return "at least" if gate.greater_is_better else "at most"
    return "below" if gate.greater_is_better else "above"
