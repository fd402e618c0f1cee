"""The gate on metadata: the schema holds, and fields are there."""

from __future__ import annotations

from airflow_provider_registry.errors import InvalidSchemaError
from airflow_provider_registry.registry.gates.evidence import Evidence
from airflow_provider_registry.registry.gates.result import GateResult, UnanswerableError
from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.policies.kept_gates import MetadataGate
from airflow_provider_registry.registry.versions.metadata import metadata_violations

_LISTED = 10


def check_metadata_gate(gate: MetadataGate, candidate: Evidence) -> GateResult:
    """Check the candidate's metadata.

    A field is there when its value is neither null nor blank text. What the schema says holds in any case; a gate
    that asks for what the schema requires, where there is no schema, would check nothing, and is errored.

    Raises:
        UnanswerableError: where there is no schema to go by, or one that cannot be used.
    """
    problems = _missing(gate, candidate) + _violations(gate, candidate)
    return GateResult(
        gate=gate.text,
        kind=gate.kind,
        severity=gate.severity,
        verdict=Verdict.FAILED if problems else Verdict.PASSED,
        reason=_reason(problems, candidate),
    )


def _violations(gate: MetadataGate, candidate: Evidence) -> list[str]:
    if candidate.metadata_schema is None:
        if gate.fields is None:
            raise UnanswerableError(
                Cause.NO_SCHEMA,
                f"{candidate.model_name} has no metadata_schema, so nothing is required; give it one, "
                "or list the fields in the gate",
            )
        return []
    try:
        violations = metadata_violations(candidate.metadata, candidate.metadata_schema)
    except InvalidSchemaError as error:
        raise UnanswerableError(Cause.INVALID_SCHEMA, str(error).removesuffix(".")) from error
    return [f"{path}: {message}" for path, message in violations]


def _missing(gate: MetadataGate, candidate: Evidence) -> list[str]:
    metadata = candidate.metadata
    if gate.fields is not None:
        return [f"{field} is missing" for field in gate.fields if _is_blank(metadata.get(field))]
    # What is not there at all breaks the schema, which says so itself.
    required = (candidate.metadata_schema or {}).get("required", ())
    return [f"{field} is blank" for field in required if field in metadata and _is_blank(metadata[field])]


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _reason(problems: list[str], candidate: Evidence) -> str:
    if not problems:
        return f"the metadata of version {candidate.version} has what is asked"
    more = f"; and {len(problems) - _LISTED} more" if len(problems) > _LISTED else ""
    return f"the metadata of version {candidate.version} falls short: {'; '.join(problems[:_LISTED])}{more}"
