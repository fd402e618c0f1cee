"""The gate on scans: what the newest scan of the candidate's files found."""

from __future__ import annotations

from datetime import datetime

from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.result import GateResult, UnanswerableError
from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.policies.durations import spell_duration
from airflow_provider_registry.registry.policies.kept_gates import ScanGate
from airflow_provider_registry.registry.scans.views import RecordedScan, told
from airflow_provider_registry.scanning.report import Finding, ScanOutcome
from airflow_provider_registry.scanning.trusted import is_allowed

_RUN = "run ScanModelVersionOperator, Registry.scan or airflow model-registry versions scan"


def check_scanned(gate: ScanGate, candidate: Evidence, at: datetime | None) -> GateResult:
    """Say what the newest scan found that the policy does not allow.

    Parameters:
        at: the time now; None where the caller has seen to the age already.

    Raises:
        UnanswerableError: where there is no scan of these bytes, or too old a one, or one that could not look into all.
    """
    scan = _scan(gate, candidate, at)
    left = tuple(finding for finding in scan.findings if not _is_let(finding, gate))
    unknown = tuple(finding for finding in left if finding.level is ScanOutcome.UNKNOWN)
    if unknown and left[0].level is not ScanOutcome.DANGEROUS:  # the gravest is the first
        raise UnanswerableError(Cause.NOT_SCANNABLE, f"{_where(scan)} could not look into all: {told(unknown)}")
    return GateResult(
        gate=gate.text,
        kind=gate.kind,
        severity=gate.severity,
        verdict=Verdict.FAILED if left else Verdict.PASSED,
        reason=_reason(scan, left),
        check_event=scan.event,
        check_digest=scan.findings_digest,
    )


def _scan(gate: ScanGate, candidate: Evidence, at: datetime | None) -> RecordedScan:
    scan, version = candidate.scan, candidate.version
    if scan is None or scan.digest != candidate.digest:
        raise UnanswerableError(Cause.MISSING_SCAN, f"the files of version {version} were not scanned; {_RUN}")
    if gate.max_age is not None and at is not None and at - scan.created_at > gate.max_age:
        raise UnanswerableError(
            Cause.SCANNED_TOO_LONG_AGO,
            f"the files of version {version} were last scanned at {scan.created_at.isoformat(timespec='seconds')}, "
            f"more than {spell_duration(gate.max_age)} ago; {_RUN}",
        )
    return scan


def _is_let(finding: Finding, gate: ScanGate) -> bool:
    """Whether the policy lets this pass: what is suspicious may be, what is dangerous or unknown never."""
    return finding.level is ScanOutcome.SUSPICIOUS and is_allowed(finding.what, gate.allow)


def _where(scan: RecordedScan) -> str:
    return f"the scan of version {scan.version} (event {scan.event} of the record)"


def _reason(scan: RecordedScan, left: tuple[Finding, ...]) -> str:
    if not left:
        what = "nothing that the policy does not allow" if scan.findings else "nothing"
        return f"{_where(scan)} by {scan.scanner} {scan.scanner_version} found {what}"
    worst = left[0].level
    allow = "; what is harmless can be allowed in the gate" if worst is ScanOutcome.SUSPICIOUS else ""
    return f"{_where(scan)} found what is {worst}: {told(left)}{allow}"
