"""The gate on signatures: somebody whom the policy names has signed the candidate's bytes."""

from __future__ import annotations

from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.errors import InvalidSignatureError, MissingExtraError
from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.result import GateResult, UnanswerableError
from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.policies.gate import SignatureGate
from airflow_provider_registry.registry.signatures.acts import holding
from airflow_provider_registry.registry.signatures.views import RecordedSignature


def check_signed(gate: SignatureGate, candidate: Evidence) -> GateResult:
    """Verify the candidate's signatures by those whom the policy names, until one holds.

    Raises:
        UnanswerableError: where none of them has signed, or nothing here can verify it.
    """
    mine = [found for found in candidate.signatures if found.identity in gate.identities and not found.is_erased]
    if not mine or candidate.manifest is None:
        raise UnanswerableError(
            Cause.MISSING_SIGNATURE,
            f"version {candidate.version} has no signature by {_any(gate)}; sign it at its registration, or with "
            "Registry.sign",
        )
    try:
        found = _first(gate, mine, candidate.manifest)
    except MissingExtraError as error:
        raise UnanswerableError(Cause.MISSING_EXTRA, str(error).rstrip(".")) from error
    except InvalidSignatureError as error:
        return _result(gate, mine[0], Verdict.FAILED, str(error).rstrip("."))
    reason = f"version {candidate.version} is signed by {found.identity.text} (event {found.event} of the record)"
    return _result(gate, found, Verdict.PASSED, reason)


def _first(gate: SignatureGate, mine: list[RecordedSignature], manifest: Manifest) -> RecordedSignature:
    first: InvalidSignatureError | None = None
    for identity in gate.identities:
        by = [found for found in mine if found.identity == identity]
        try:
            if by:
                return holding(by, manifest, identity)
        except InvalidSignatureError as error:
            first = first or error
    assert first is not None, "there is a signature by one of them"
    raise first


def _any(gate: SignatureGate) -> str:
    return " or ".join(identity.text for identity in gate.identities)


def _result(gate: SignatureGate, found: RecordedSignature, verdict: Verdict, reason: str) -> GateResult:
    return GateResult(
        gate=gate.text,
        kind=gate.kind,
        severity=gate.severity,
        verdict=verdict,
        reason=reason,
        check_event=found.event,
        check_digest=found.signed.bundle_digest,
    )
