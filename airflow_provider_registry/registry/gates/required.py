"""What is asked of a policy as a whole: that it asks something, and that the version held the alias it requires."""

from __future__ import annotations

from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.result import GateResult
from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.policies.gate_kinds import Severity


def check_required(alias: str, candidate: Evidence) -> GateResult:
    """Whether the candidate holds or has held the alias that the policy requires."""
    verdict, reason = _held(alias, candidate)
    return GateResult(
        gate=f"holds or has held {alias}",
        kind="requires",
        severity=Severity.ERROR,
        verdict=verdict,
        reason=reason,
    )


def nothing_asked() -> GateResult:
    """The one result of an empty policy."""
    return GateResult(
        gate="the policy asks something",
        kind="policy",
        severity=Severity.ERROR,
        verdict=Verdict.ERRORED,
        reason="the policy is empty, and what asks nothing cannot be passed; give it gates or approvals, or remove it",
        cause=Cause.EMPTY_POLICY,
    )


def people_asked() -> GateResult:
    """The one result of a policy that asks people and nothing else: its approvals are counted with the request."""
    return GateResult(
        gate="the policy asks people",
        kind="approvals",
        severity=Severity.ERROR,
        verdict=Verdict.PASSED,
        reason="the policy asks people, and no gate",
    )


def _held(alias: str, candidate: Evidence) -> tuple[Verdict, str]:
    version = f"version {candidate.version}"
    if fold(alias) in candidate.aliases_held:
        return Verdict.PASSED, f"{version} holds or has held {alias}"
    return Verdict.FAILED, f"{version} never held {alias}; promote it there first"
