"""The gates on a change against the baseline.

The words are those of MLflow's `MetricThreshold` (mlflow/models/evaluation/validation.py) and the comparison is that
of TFMA's `GenericChangeThreshold` (tensorflow_model_analysis/evaluators/metrics_validator.py). Where we differ:

- the change is always counted in the direction that is better, as in MLflow, so that a bound means the same for
  scores and for losses; TFMA's bounds change their sign where lower is better;
- a bound may be negative and allows that much regression, as in TFMA; MLflow takes positive bounds only;
- a relative change is measured against the absolute value of the baseline, so that it keeps its sense for negative
  metrics; both others divide by the baseline itself;
- a zero baseline under a relative change is errored; MLflow then asks for any improvement at all, TFMA gets NaN,
  which does not pass;
- the arithmetic is exact for decimals as written: 0.91 against 0.90 is a change of 0.01;
- candidate and baseline must have been measured on the same dataset, unless the gate says `across_datasets`.
"""

from __future__ import annotations

from decimal import Decimal

from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.exact import exact, minus, percent, spelt, times
from airflow_provider_registry.registry.gates.measured import baseline_metric, candidate_metric
from airflow_provider_registry.registry.gates.result import GateResult, UnanswerableError, finite
from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.policies.metric_gates import Against, ChangeGate


def check_change(gate: ChangeGate, candidate: Evidence, baseline: Evidence | None) -> GateResult:
    """Compare the candidate's value with the baseline's; skipped where there is no baseline.

    A candidate that lacks the metric is errored also without a baseline: it could never be one.

    Raises:
        UnanswerableError: where one of the values is missing, or they cannot be compared.
    """
    row = candidate_metric(gate, candidate)
    if baseline is None:
        return _no_baseline(gate, row.value)
    other = baseline_metric(gate, row, baseline)
    ours, theirs, bound = exact(row.value), exact(other.value), exact(gate.min_change)
    if gate.relative and not theirs:
        raise UnanswerableError(
            Cause.ZERO_BASELINE,
            f"{_other(gate, baseline)} is 0, and nothing is relative to 0; ask for min_absolute_change",
            candidate_value=row.value,
            baseline_value=other.value,
        )
    change = minus(ours, theirs) if gate.greater_is_better else minus(theirs, ours)
    # Multiplied rather than divided: a quotient of decimals has no end to compare.
    holds = change >= (times(bound, theirs.copy_abs()) if gate.relative else bound)
    return GateResult(
        gate=gate.text,
        kind=gate.kind,
        severity=gate.severity,
        verdict=Verdict.PASSED if holds else Verdict.FAILED,
        reason=_reason(gate, ours, theirs, change, baseline.version),
        candidate_value=row.value,
        baseline_value=other.value,
        bound=gate.min_change,
        change=finite(float(change)),
    )


def _other(gate: ChangeGate, baseline: Evidence) -> str:
    if gate.against is Against.BASELINE:
        return f"{gate.measured} of the baseline, version {baseline.version},"
    return f"{gate.measured}: {gate.against.whose}"


def _no_baseline(gate: ChangeGate, value: float) -> GateResult:
    return GateResult(
        gate=gate.text,
        kind=gate.kind,
        severity=gate.severity,
        verdict=Verdict.SKIPPED,
        reason=f"{gate.metric} {spelt(value)}{gate.scope} is compared with nothing: there is no baseline yet",
        candidate_value=value,
        bound=gate.min_change,
        cause=Cause.NO_BASELINE,
    )


def _reason(gate: ChangeGate, ours: Decimal, theirs: Decimal, change: Decimal, version: int) -> str:
    better = "better than" if change > 0 else "worse than"
    size = f"{spelt(change.copy_abs(), abs(gate.min_change))} " if change else ""
    if gate.relative and change:
        # For reading only, hence rounded: the verdict did not divide.
        size += f"({percent(Decimal(f'{change.copy_abs() / theirs.copy_abs():.4g}'))}) "
    how = f"{size}{better}" if change else "equal to"
    asked = f"{gate.asked} is {'asked' if gate.min_change >= 0 else 'allowed'}"
    compared = f"{gate.metric} {spelt(ours, theirs)}{gate.scope} is {how} {gate.against.whose} {spelt(theirs, ours)}"
    which = f" (version {version})" if gate.against is Against.BASELINE else ""
    return f"{compared}{which}; {asked}"
