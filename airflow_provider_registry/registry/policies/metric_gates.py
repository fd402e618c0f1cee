"""The gates on metrics: against a threshold, or against what another version, or another window, measured."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from airflow_provider_registry.registry.gates.exact import percent, spelt
from airflow_provider_registry.registry.policies.gate_kinds import GateKind, Severity, common
from airflow_provider_registry.registry.versions.metrics import Phase


class Against(StrEnum):
    """What a change over time is counted from."""

    BASELINE = "baseline"
    VALIDATION = "validation"
    PREVIOUS_WINDOW = "previous_window"

    @property
    def whose(self) -> str:
        """Whose value the other one is, in words."""
        return _WHOSE[self]


_WHOSE = {
    Against.BASELINE: "the baseline's",
    Against.VALIDATION: "what it was in validation,",
    Against.PREVIOUS_WINDOW: "the window's before,",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricGate:
    """What every gate on a metric says.

    Attributes:
        metric: the name of the metric.
        greater_is_better: whether a greater value is better.
        phase: the phase that is read.
        dataset: the dataset it must have been measured on; '' for the only one there is.
        slice: the slice, in the form of `normalise_slice`; '' for the whole dataset.
        windows: in how many of the newest windows it must hold, in each of them; of phase production alone.
    """

    metric: str
    greater_is_better: bool
    phase: Phase = Phase.VALIDATION
    dataset: str = ""
    slice: str = ""
    windows: int = 1
    severity: Severity = Severity.ERROR
    name: str = ""

    @property
    def measured(self) -> str:
        """What is measured, in words: `auc on slice country=NO`."""
        return f"{self.metric}{self.scope}"

    @property
    def scope(self) -> str:
        """Where it is measured, in words; '' for the whole dataset in the phase validation."""
        part = f" on slice {self.slice}" if self.slice else ""
        dataset = f" on dataset {self.dataset}" if self.dataset else ""
        phase = f" in phase {self.phase}" if self.phase is not Phase.VALIDATION else ""
        windows = f", in each of the last {self.windows} windows" if self.windows > 1 else ""
        return part + dataset + phase + windows

    def _mapping(self, kind: GateKind, bound: float, **more: object) -> dict[str, Any]:
        optional = {
            "phase": self.phase.value if self.phase is not Phase.VALIDATION else "",
            "dataset": self.dataset,
            "slice": self.slice,
            "windows": self.windows if self.windows > 1 else 0,
            **more,
        }
        given = {key: value for key, value in optional.items() if value}
        metric = {"metric": self.metric, kind.value: bound, "greater_is_better": self.greater_is_better}
        return {**metric, **given, **common(self.severity, self.name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdGate(MetricGate):
    """The candidate's value is at least the threshold, or at most, where smaller is better."""

    threshold: float

    @property
    def kind(self) -> GateKind:
        return GateKind.THRESHOLD

    @property
    def text(self) -> str:
        """The gate in words: `auc >= 0.8 on slice country=NO`."""
        sign = ">=" if self.greater_is_better else "<="
        return f"{self.metric} {sign} {spelt(self.threshold)}{self.scope}"

    def as_mapping(self) -> dict[str, Any]:
        """The gate as a policy writes it, without defaults."""
        return self._mapping(self.kind, self.threshold)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeGate(MetricGate):
    """The candidate is better than the baseline by at least so much; negative allows it to be that much worse.

    Attributes:
        min_change: in the metric's unit, or where `relative`, as a part of the baseline's absolute value.
        relative: whether `min_change` is `min_relative_change` rather than `min_absolute_change`.
        across_datasets: whether candidate and baseline may have been measured on different datasets.
        against: what takes the place of the baseline, of phase production alone.
    """

    min_change: float
    relative: bool = False
    across_datasets: bool = False
    against: Against = Against.BASELINE

    @property
    def kind(self) -> GateKind:
        return GateKind.MIN_RELATIVE_CHANGE if self.relative else GateKind.MIN_ABSOLUTE_CHANGE

    @property
    def asked(self) -> str:
        """What is asked, in words: `at least 0.01 better`, `at most 2% worse`, `no worse`."""
        if not self.min_change:
            return "no worse"
        size = percent(abs(self.min_change)) if self.relative else spelt(abs(self.min_change))
        return f"at least {size} better" if self.min_change > 0 else f"at most {size} worse"

    @property
    def text(self) -> str:
        """The gate in words: `auc at least 0.01 better than the baseline's`."""
        across = ", across datasets" if self.across_datasets else ""
        return f"{self.metric} {self.asked} than {self.against.whose.rstrip(',')}{self.scope}{across}"

    def as_mapping(self) -> dict[str, Any]:
        """The gate as a policy writes it, without defaults."""
        against = self.against.value if self.against is not Against.BASELINE else ""
        return self._mapping(self.kind, self.min_change, across_datasets=self.across_datasets, against=against)
