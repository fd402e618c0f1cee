"""The outcome of one gate, with its numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.policies.gate_kinds import Severity

_OPTIONAL = ("candidate_value", "baseline_value", "bound", "change", "check_event", "check_digest", "card_revision")


@dataclass(frozen=True, slots=True)
class GateResult:
    """What one gate said.

    Attributes:
        gate: the gate in words, such as `auc >= 0.8 on slice country=NO`.
        kind: what it asks (`GateKind`), or `policy`, `approvals` and `requires` for what is said of the policy as a
            whole.
        severity: whether it blocks.
        verdict: how it ended.
        reason: one sentence with the numbers.
        candidate_value: the candidate's value, where one was read and is finite.
        baseline_value: the baseline's value, where one was read and is finite.
        bound: the threshold or the least change asked.
        change: how much better the candidate is than the baseline, in the metric's unit.
        check_event: position, in the model's record, of the outcome of a check, scan or signature that was read.
        check_digest: the sha256 of that outcome with all its evidence, of the scan's findings, or of the signature.
        card_revision: the revision of the card that was read.
        cause: why it errored or was skipped; kept where a warning softened it.
    """

    gate: str
    kind: str
    severity: Severity
    verdict: Verdict
    reason: str
    candidate_value: float | None = None
    baseline_value: float | None = None
    bound: float | None = None
    change: float | None = None
    cause: Cause | None = None
    check_event: int | None = None
    check_digest: str | None = None
    card_revision: int | None = None

    def as_mapping(self) -> dict[str, Any]:
        """The result as a small JSON-able mapping, without what is None."""
        given = {item.name: getattr(self, item.name) for item in fields(self)}
        return {key: _plain(value) for key, value in given.items() if value is not None}

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> GateResult:
        """The result that `as_mapping` wrote."""
        cause = given.get("cause")
        return cls(
            gate=given["gate"],
            kind=given["kind"],
            severity=Severity(given["severity"]),
            verdict=Verdict(given["verdict"]),
            reason=given["reason"],
            cause=None if cause is None else Cause(cause),
            **{key: given.get(key) for key in _OPTIONAL},
        )


class UnanswerableError(Exception):
    """A gate cannot be answered; inside this folder only, where it becomes a result of the verdict errored.

    Attributes:
        cause: why, for programs.
        candidate_value: the candidate's value, where it was read.
        baseline_value: the baseline's value, where it was read.
    """

    def __init__(
        self,
        cause: Cause,
        reason: str,
        *,
        candidate_value: float | None = None,
        baseline_value: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.cause = cause
        self.candidate_value = candidate_value
        self.baseline_value = baseline_value


def finite(value: float | None) -> float | None:
    """The value where JSON has a form for it."""
    return value if value is not None and math.isfinite(value) else None


def _plain(value: object) -> object:
    return value.value if isinstance(value, Cause | Severity | Verdict) else value
