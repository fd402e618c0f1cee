"""The gate on a check: what somebody's own code found of the candidate, and said last."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from airflow_provider_registry.messages import legible
from airflow_provider_registry.registry.checks.views import RecordedCheck
from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.exact import spelt
from airflow_provider_registry.registry.gates.result import GateResult, UnanswerableError
from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.policies.kept_gates import CheckGate

_NUMBERS = 8
_NAME = 60
_DEPTH = 3


def check_checked(gate: CheckGate, candidate: Evidence) -> GateResult:
    """Say what the newest outcome of the check was.

    Raises:
        UnanswerableError: where none was recorded for exactly this version.
    """
    found = candidate.checks.get(gate.check)
    if found is None:
        raise UnanswerableError(
            Cause.MISSING_CHECK,
            f"version {candidate.version} has no outcome of the check {gate.check}; record one, in a task of "
            "@task.model_gate or with Registry.record_check",
        )
    return GateResult(
        gate=gate.text,
        kind=gate.kind,
        severity=gate.severity,
        verdict=Verdict.PASSED if found.passed else Verdict.FAILED,
        reason=_reason(found),
        check_event=found.event,
        check_digest=found.digest,
    )


def _reason(found: RecordedCheck) -> str:
    said = "passed" if found.passed else "did not pass"
    numbers = ", ".join(islice(_numbers(found.evidence), _NUMBERS))
    where = f"event {found.event} of the record"
    return f"version {found.version} {said} the check {found.name} ({where}){f': {numbers}' if numbers else ''}"


def _numbers(evidence: Mapping[str, Any], path: str = "", depth: int = 1) -> Iterator[str]:
    """The numbers in evidence, by their paths, the outer ones first.

    No text: a report is hashed into the record, from which nothing can be erased but what was said privately.
    """
    for name in sorted(evidence):
        value, where = evidence[name], " ".join(f"{path}{name}".split())
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            yield f"{legible(where, _NAME)} {spelt(value)}"
    for name in sorted(evidence):
        if isinstance(evidence[name], Mapping) and depth < _DEPTH:
            yield from _numbers(evidence[name], f"{path}{name}.", depth + 1)
