"""The gate on the card: what people wrote of the candidate has the sections that are asked for."""

from __future__ import annotations

from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.result import GateResult, UnanswerableError
from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.policies.kept_gates import CardGate


def check_card(gate: CardGate, candidate: Evidence) -> GateResult:
    """Look for the sections in the newest revision of the card.

    A section is there when it says something: neither nothing nor the Hub's "[More Information Needed]" does.

    Raises:
        UnanswerableError: where exactly this version has no card.
    """
    card = candidate.card
    if card is None:
        raise UnanswerableError(
            Cause.MISSING_CARD,
            f"version {candidate.version} has no card; give it one, with card= at its registration or with "
            "Registry.set_card",
        )
    missing = [section for section in gate.require if section not in card.sections]
    what = f"the card of version {candidate.version} (revision {card.revision})"
    return GateResult(
        gate=gate.text,
        kind=gate.kind,
        severity=gate.severity,
        verdict=Verdict.FAILED if missing else Verdict.PASSED,
        reason=f"{what} says nothing under {', '.join(missing)}" if missing else f"{what} has what is asked",
        card_revision=card.revision,
    )
