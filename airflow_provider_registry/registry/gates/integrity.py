"""The gate on the stored bytes: they were read, recently enough, and are those that were registered."""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.result import GateResult, UnanswerableError
from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.policies.durations import spell_duration
from airflow_provider_registry.registry.policies.kept_gates import IntegrityGate


def check_integrity(gate: IntegrityGate, candidate: Evidence, max_age: timedelta, at: datetime | None) -> GateResult:
    """Say what the last check of the stored bytes found.

    Parameters:
        gate: the gate.
        candidate: with when the bytes were checked, and what was wrong.
        max_age: how long a check counts.
        at: the time now; None where the caller has seen to the age already.

    Raises:
        UnanswerableError: where the bytes are wrong, or were not checked, or too long ago.
    """
    checked, version = candidate.bytes_checked_at, candidate.version
    if candidate.bytes_problem is not None:
        raise UnanswerableError(
            Cause.BYTES_MISMATCH, f"the stored bytes of version {version} are not right: {candidate.bytes_problem}"
        )
    if checked is None:
        raise UnanswerableError(
            Cause.BYTES_NOT_CHECKED, f"the stored bytes of version {version} were not checked; run validate"
        )
    if at is not None and at - checked > max_age:
        raise UnanswerableError(
            Cause.BYTES_CHECKED_TOO_LONG_AGO,
            f"the stored bytes of version {version} were last checked at {checked.isoformat(timespec='seconds')}, "
            f"more than {spell_duration(max_age)} ago; run validate",
        )
    return GateResult(
        gate=gate.text,
        kind=gate.kind,
        severity=gate.severity,
        verdict=Verdict.PASSED,
        reason=f"the stored bytes of version {version} matched at {checked.isoformat(timespec='seconds')}",
    )
