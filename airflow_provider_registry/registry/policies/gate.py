"""The gates that a policy may hold: what each asks, not how it is answered (`registry.gates` does that).

The words and their senses are MLflow's `MetricThreshold` (https://mlflow.org/docs/latest/ml/evaluation/), with slices
and a severity added. Each gate asks exactly one thing, so that each has a verdict of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from airflow_provider_registry.registry.gates.exact import percent, spelt
from airflow_provider_registry.registry.policies.durations import spell_duration
from airflow_provider_registry.registry.versions.metrics import Phase
from airflow_provider_registry.signing.identity import Identity


class Severity(StrEnum):
    """Whether a gate that does not pass blocks (error), or only warns."""

    ERROR = "error"
    WARNING = "warning"


class GateKind(StrEnum):
    """What a gate asks."""

    THRESHOLD = "threshold"
    MIN_ABSOLUTE_CHANGE = "min_absolute_change"
    MIN_RELATIVE_CHANGE = "min_relative_change"
    METADATA = "metadata"
    INTEGRITY = "integrity"
    CHECK = "check"
    CARD = "card"
    SCAN = "scan"
    SIGNATURE = "signature"


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
        return {**metric, **given, **_common(self.severity, self.name)}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataGate:
    """The candidate's metadata satisfies the model's schema, and fields of it are there.

    Attributes:
        fields: the fields that must be there; None for those that the schema requires.
    """

    fields: tuple[str, ...] | None = None
    severity: Severity = Severity.ERROR
    name: str = ""

    @property
    def kind(self) -> GateKind:
        return GateKind.METADATA

    @property
    def text(self) -> str:
        """The gate in words: `metadata has owner, intended_use`."""
        return f"metadata has {'what its schema requires' if self.fields is None else ', '.join(self.fields)}"

    def as_mapping(self) -> dict[str, Any]:
        """The gate as a policy writes it, without defaults."""
        asked = "required" if self.fields is None else list(self.fields)
        return {"metadata": asked, **_common(self.severity, self.name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityGate:
    """The stored bytes are those that were registered."""

    severity: Severity = Severity.ERROR
    name: str = ""

    @property
    def kind(self) -> GateKind:
        return GateKind.INTEGRITY

    @property
    def text(self) -> str:
        """The gate in words."""
        return "stored bytes match the digest"

    def as_mapping(self) -> dict[str, Any]:
        """The gate as a policy writes it, without defaults."""
        return {"integrity": True, **_common(self.severity, self.name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckGate:
    """The newest outcome of a check that somebody's own code made of the candidate.

    Attributes:
        check: the name by which it was recorded.
    """

    check: str
    severity: Severity = Severity.ERROR
    name: str = ""

    @property
    def kind(self) -> GateKind:
        return GateKind.CHECK

    @property
    def text(self) -> str:
        """The gate in words: `check data_quality`."""
        return f"check {self.check}"

    def as_mapping(self) -> dict[str, Any]:
        """The gate as a policy writes it, without defaults."""
        return {"check": self.check, **_common(self.severity, self.name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardGate:
    """What people wrote of the candidate has the sections that are asked for.

    Attributes:
        require: keys of sections, such as intended_use; each must say something.
    """

    require: tuple[str, ...]
    severity: Severity = Severity.ERROR
    name: str = ""

    @property
    def kind(self) -> GateKind:
        return GateKind.CARD

    @property
    def text(self) -> str:
        """The gate in words: `card has intended_use, limitations`."""
        return f"card has {', '.join(self.require)}"

    def as_mapping(self) -> dict[str, Any]:
        """The gate as a policy writes it, without defaults."""
        return {"card": {"require": list(self.require)}, **_common(self.severity, self.name)}


class Scan(StrEnum):
    """What a scan looks for."""

    PICKLE = "pickle"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanGate:
    """The newest scan of the candidate's files found nothing that the policy does not allow.

    Attributes:
        scan: what it looks for.
        allow: what a pickle may import beside what every scan trusts: `package.module.name`, or `package.module.*`.
        max_age: how old the scan may be; None for any age.
    """

    scan: Scan = Scan.PICKLE
    allow: tuple[str, ...] = ()
    max_age: timedelta | None = None
    severity: Severity = Severity.ERROR
    name: str = ""

    @property
    def kind(self) -> GateKind:
        return GateKind.SCAN

    @property
    def text(self) -> str:
        """The gate in words: `scan for pickles that run code`."""
        allowed = f", {len(self.allow)} imports allowed" if self.allow else ""
        return f"scan for pickles that run code{allowed}"

    def as_mapping(self) -> dict[str, Any]:
        """The gate as a policy writes it, without defaults."""
        optional: dict[str, Any] = {
            "allow": list(self.allow),
            "max_age": spell_duration(self.max_age) if self.max_age else None,
        }
        given = {key: value for key, value in optional.items() if value}
        return {"scan": self.scan.value, **given, **_common(self.severity, self.name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureGate:
    """Somebody has signed the candidate's bytes.

    Attributes:
        identities: of whom any one will do: the old key and the new one, while keys are changed.
    """

    identities: tuple[Identity, ...]
    severity: Severity = Severity.ERROR
    name: str = ""

    @property
    def kind(self) -> GateKind:
        return GateKind.SIGNATURE

    @property
    def text(self) -> str:
        """The gate in words: `signed by the key sha256:58ff69bd9b0a…`."""
        return f"signed by {' or '.join(identity.text for identity in self.identities)}"

    def as_mapping(self) -> dict[str, Any]:
        """The gate as a policy writes it, without defaults."""
        listed = [identity.as_mapping() for identity in self.identities]
        return {"signature": listed[0] if len(listed) == 1 else listed, **_common(self.severity, self.name)}


Gate = ThresholdGate | ChangeGate | MetadataGate | IntegrityGate | CheckGate | CardGate | ScanGate | SignatureGate


def _common(severity: Severity, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {} if severity is Severity.ERROR else {"severity": severity.value}
    return {**found, "name": name} if name else found
