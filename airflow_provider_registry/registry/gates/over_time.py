"""Gates of phase production: the same conditions as all gates on metrics, in each of the newest windows.

They are no kind of their own: a threshold is a threshold, and a change a change, and what differs is whose values are
compared. Each window is answered by the code that answers what was registered. They fail closed: too few windows, or a
gap between them, is no pass.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from airflow_provider_registry.registry.gates.change import check_change
from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.measured import baseline_metric, candidate_metric
from airflow_provider_registry.registry.gates.result import GateResult, UnanswerableError
from airflow_provider_registry.registry.gates.threshold import check_threshold
from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.metrics.newest import MeasuredWindow, NewestWindows
from airflow_provider_registry.registry.policies.metric_gates import Against, ChangeGate, ThresholdGate
from airflow_provider_registry.registry.versions.metrics import Metric, Phase

Gate = ThresholdGate | ChangeGate
Judged = tuple[MeasuredWindow, GateResult]


def check_over_time(gate: Gate, candidate: Evidence, baseline: Evidence | None) -> GateResult:
    """Answer a gate by the newest windows, or, where nothing was recorded over time, by what was registered.

    Raises:
        UnanswerableError: what must be compared is not there, or cannot be.
    """
    if not _series(gate, candidate):
        return _registered(gate, candidate, baseline)
    if isinstance(gate, ChangeGate) and gate.against is Against.BASELINE and baseline is None:
        return check_change(gate, _newest(gate, candidate), None)
    judged = judge(gate, candidate, baseline)
    broken = [one for one in judged if one[1].verdict is not Verdict.PASSED]
    window, result = (broken or judged)[0]
    everywhere = f", and so it holds in each of {len(judged)} windows" if len(judged) > 1 and not broken else ""
    return replace(result, gate=gate.text, reason=f"{result.reason}, {window.words()}{everywhere}")


def judge(gate: Gate, candidate: Evidence, baseline: Evidence | None) -> list[Judged]:
    """Each of the newest windows that the gate asks for, the newest first, and what is to be said of it.

    Parameters:
        baseline: needed by a change against it.

    Raises:
        UnanswerableError: they are too few, have a gap, or one of them cannot be compared.
    """
    row = candidate_metric(gate, _newest(gate, candidate))
    mine = next(one for one in _series(gate, candidate) if one.dataset == row.dataset)
    one_by_one = replace(gate, windows=1)
    if isinstance(one_by_one, ThresholdGate):
        windows = _so_many(gate, mine.windows, gate.windows, candidate)
        return [(one, check_threshold(one_by_one, _at(candidate, mine, one))) for one in windows]
    pairs = _pairs(one_by_one, gate.windows, row, mine, candidate, baseline)
    # A version is not validated on what it meets in production.
    across = one_by_one.across_datasets or one_by_one.against is Against.VALIDATION
    compared = replace(one_by_one, across_datasets=across)
    return [(one, check_change(compared, _at(candidate, mine, one), other)) for one, other in pairs]


def _pairs(
    gate: ChangeGate, count: int, row: Metric, mine: NewestWindows, candidate: Evidence, baseline: Evidence | None
) -> list[tuple[MeasuredWindow, Evidence]]:
    """Each window, beside what it is compared with."""
    if gate.against is Against.VALIDATION:
        validated = _validated(gate, candidate)
        return [(one, validated) for one in _so_many(gate, mine.windows, count, candidate)]
    if gate.against is Against.PREVIOUS_WINDOW:
        windows = _so_many(gate, mine.windows, count + 1, candidate)
        return [(later, _at(candidate, mine, earlier)) for later, earlier in pairwise(windows)]
    if baseline is None:
        raise UnanswerableError(Cause.NO_BASELINE, f"{gate.measured} is compared with nothing: there is no baseline")
    theirs = _of_baseline(gate, row, baseline)
    values = {one[:2]: one for one in theirs.windows}
    common = tuple(one for one in mine.windows if one[:2] in values)
    windows = _so_many(gate, common, count, candidate, beside=f" that version {baseline.version} has too")
    return [(one, _at(baseline, theirs, values[one[:2]])) for one in windows]


def _of_baseline(gate: ChangeGate, row: Metric, baseline: Evidence) -> NewestWindows:
    """The series of the baseline: of the same dataset, or the only other one, as for what was registered."""
    if not _series(gate, baseline):
        raise UnanswerableError(
            Cause.MISSING_BASELINE_METRIC,
            f"{gate.measured} of the baseline, version {baseline.version}, was not recorded over time",
            candidate_value=row.value,
        )
    other = baseline_metric(gate, row, _newest(gate, baseline))
    return next(one for one in _series(gate, baseline) if one.dataset == other.dataset)


def _validated(gate: ChangeGate, candidate: Evidence) -> Evidence:
    """The version as it was validated, in the place of a baseline."""
    there = [one for one in candidate.metrics if one.phase is Phase.VALIDATION]
    mine = tuple(replace(one, phase=Phase.PRODUCTION) for one in there if (one.name, one.slice) == _named(gate))
    if not mine:
        raise UnanswerableError(
            Cause.MISSING_BASELINE_METRIC,
            f"version {candidate.version} was registered without {gate.metric}{_on(gate)} of the phase validation",
        )
    return replace(candidate, metrics=mine)


def _so_many(
    gate: Gate, windows: tuple[MeasuredWindow, ...], count: int, candidate: Evidence, beside: str = ""
) -> tuple[MeasuredWindow, ...]:
    """The newest windows, without a gap between them."""
    if len(windows) < count:
        has = f"{len(windows)} windows" if len(windows) != 1 else "1 window"
        raise UnanswerableError(
            Cause.TOO_FEW_WINDOWS,
            f"{gate.metric}{_on(gate)} of version {candidate.version} has {has}{beside}, and {count} are asked for",
        )
    for later, earlier in pairwise(windows[:count]):
        if earlier.end < later.begin and earlier.begin != earlier.end:  # a moment has no neighbour
            raise UnanswerableError(
                Cause.WINDOW_GAP,
                f"{gate.metric}{_on(gate)} of version {candidate.version}{beside and ','}{beside} was not measured "
                f"from {earlier.end:%Y-%m-%d %H:%M} to {later.begin:%Y-%m-%d %H:%M}",
            )
    return windows[:count]


def _registered(gate: Gate, candidate: Evidence, baseline: Evidence | None) -> GateResult:
    if gate.windows > 1 or (isinstance(gate, ChangeGate) and gate.against is not Against.BASELINE):
        raise UnanswerableError(
            Cause.MISSING_METRIC,
            f"version {candidate.version} has no {gate.metric}{_on(gate)} that was recorded over time in production; "
            "record it with RecordMetricsOperator or Registry.record_metrics",
        )
    if isinstance(gate, ThresholdGate):
        return check_threshold(gate, candidate)
    return check_change(gate, candidate, baseline)


def _series(gate: Gate, evidence: Evidence) -> list[NewestWindows]:
    return [one for one in evidence.over_time if (one.name, one.slice) == _named(gate)]


def _named(gate: Gate) -> tuple[str, str]:
    return gate.metric, gate.slice


def _on(gate: Gate) -> str:
    return f" on slice {gate.slice}" if gate.slice else ""


def _newest(gate: Gate, evidence: Evidence) -> Evidence:
    """The newest value of each dataset, as if these were registered."""
    rows = ((one, one.windows[0]) for one in _series(gate, evidence))
    return replace(evidence, metrics=tuple(_metric(series, window) for series, window in rows))


def _at(evidence: Evidence, series: NewestWindows, window: MeasuredWindow) -> Evidence:
    """The value of one window, as if it alone was registered."""
    return replace(evidence, metrics=(_metric(series, window),))


def _metric(series: NewestWindows, window: MeasuredWindow) -> Metric:
    return Metric(series.name, window.value, Phase.PRODUCTION, series.dataset, series.slice)
