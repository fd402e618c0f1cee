"""The gate on signatures: somebody whom the policy names has signed the candidate's bytes."""

from __future__ import annotations

from airflow_provider_registry.errors import MissingExtraError
from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.result import GateResult, UnanswerableError
from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.policies.kept_gates import SignatureGate


def check_signed(gate: SignatureGate, candidate: Evidence) -> GateResult:
    """Look for a signature that holds, by one of those whom the policy names.

    Raises:
        UnanswerableError: where none of them has signed, or nothing here can verify it.
    """
    mine = [one for one in candidate.signatures if one.signature.identity in gate.identities]
    if not mine:
        raise UnanswerableError(
            Cause.MISSING_SIGNATURE,
            f"version {candidate.version} has no signature by {_any(gate)}; sign it at its registration, or with "
            "Registry.sign",
        )
    found = next((one for one in mine if one.problem is None), mine[0])
    if isinstance(found.problem, MissingExtraError):
        raise UnanswerableError(Cause.MISSING_EXTRA, str(found.problem).rstrip(".")) from found.problem
    signature = found.signature
    by = f"{signature.identity.text} (event {signature.event} of the record)"
    return GateResult(
        gate=gate.text,
        kind=gate.kind,
        severity=gate.severity,
        verdict=Verdict.FAILED if found.problem else Verdict.PASSED,
        reason=str(found.problem).rstrip(".") if found.problem else f"version {candidate.version} is signed by {by}",
        check_event=signature.event,
        check_digest=signature.signed.bundle_digest,
    )


def _any(gate: SignatureGate) -> str:
    return " or ".join(identity.text for identity in gate.identities)
