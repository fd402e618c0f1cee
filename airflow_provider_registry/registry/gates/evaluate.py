"""All gates of a policy, for one candidate against one baseline.

Gates fail closed: what cannot be checked is errored, with a reason that names it, and holds the version back as a
failed check does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from airflow_provider_registry.registry.gates.card import check_card
from airflow_provider_registry.registry.gates.change import check_change
from airflow_provider_registry.registry.gates.checked import check_checked
from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.integrity import check_integrity
from airflow_provider_registry.registry.gates.metadata import check_metadata_gate
from airflow_provider_registry.registry.gates.over_time import check_over_time
from airflow_provider_registry.registry.gates.required import check_required, nothing_asked, people_asked
from airflow_provider_registry.registry.gates.result import GateResult, UnanswerableError, finite
from airflow_provider_registry.registry.gates.scanned import check_scanned
from airflow_provider_registry.registry.gates.signed import check_signed
from airflow_provider_registry.registry.gates.threshold import check_threshold
from airflow_provider_registry.registry.gates.verdicts import Verdict
from airflow_provider_registry.registry.policies.gate import Gate
from airflow_provider_registry.registry.policies.gate_kinds import Severity
from airflow_provider_registry.registry.policies.kept_gates import (
    CardGate,
    CheckGate,
    IntegrityGate,
    MetadataGate,
    ScanGate,
    SignatureGate,
)
from airflow_provider_registry.registry.policies.metric_gates import ChangeGate, ThresholdGate
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.versions.metrics import Phase


def evaluate(
    policy: Policy, candidate: Evidence, baseline: Evidence | None, *, at: datetime | None = None
) -> tuple[GateResult, ...]:
    """Answer every gate of a policy.

    Parameters:
        policy: what is asked.
        candidate: the version that wants the alias.
        baseline: the version that holds it, or held it last; None where nothing ever did.
        at: the time now, aware, against which `integrity_max_age` and a scan's `max_age` are measured; None where the
            caller has seen to these ages already.

    Returns:
        one result for each gate, in their order, then one for the alias that the policy requires; never none, since
        an empty policy gives one errored result, and one that asks people alone a result that says so.
    """
    if policy.is_empty:
        return (nothing_asked(),)
    answered = tuple(_softened(_answered(gate, policy, candidate, baseline, at)) for gate in policy.gates)
    required = () if policy.requires is None else (check_required(policy.requires, candidate),)
    return (*answered, *required) or (people_asked(),)


def _answered(
    gate: Gate, policy: Policy, candidate: Evidence, baseline: Evidence | None, at: datetime | None
) -> GateResult:
    try:
        result = _checked(gate, policy, candidate, baseline, at)
    except UnanswerableError as error:
        result = _errored(gate, error)
    return replace(result, gate=f"{gate.name}: {gate.text}") if gate.name else result


def _checked(
    gate: Gate, policy: Policy, candidate: Evidence, baseline: Evidence | None, at: datetime | None
) -> GateResult:
    match gate:  # no fallback on purpose: a new kind of gate fails type checking here
        case ThresholdGate() | ChangeGate() if gate.phase is Phase.PRODUCTION:
            return check_over_time(gate, candidate, baseline)
        case ThresholdGate():
            return check_threshold(gate, candidate)
        case ChangeGate():
            return check_change(gate, candidate, baseline)
        case MetadataGate():
            return check_metadata_gate(gate, candidate)
        case IntegrityGate():
            return check_integrity(gate, candidate, policy.integrity_max_age, at)
        case CheckGate():
            return check_checked(gate, candidate)
        case CardGate():
            return check_card(gate, candidate)
        case ScanGate():
            return check_scanned(gate, candidate, at)
        case SignatureGate():
            return check_signed(gate, candidate)


def _errored(gate: Gate, error: UnanswerableError) -> GateResult:
    bound = gate.threshold if isinstance(gate, ThresholdGate) else None
    return GateResult(
        gate=gate.text,
        kind=gate.kind,
        severity=gate.severity,
        verdict=Verdict.ERRORED,
        reason=str(error),
        candidate_value=finite(error.candidate_value),
        baseline_value=finite(error.baseline_value),
        bound=gate.min_change if isinstance(gate, ChangeGate) else bound,
        cause=error.cause,
    )


def _softened(result: GateResult) -> GateResult:
    blocks = result.verdict in (Verdict.FAILED, Verdict.ERRORED)
    return replace(result, verdict=Verdict.WARNED) if blocks and result.severity is Severity.WARNING else result
