"""From the mapping that a policy writes to a gate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_registry.errors import InvalidInputError, InvalidPolicyError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import check_key
from airflow_provider_registry.registry.cards.sections import KEY
from airflow_provider_registry.registry.checks.outcome import check_check_name
from airflow_provider_registry.registry.policies.fields import Fields, Problems
from airflow_provider_registry.registry.policies.gate import Gate
from airflow_provider_registry.registry.policies.gate_kinds import GateKind, Severity
from airflow_provider_registry.registry.policies.kept_gates import (
    CardGate,
    CheckGate,
    IntegrityGate,
    MetadataGate,
    Scan,
    ScanGate,
    SignatureGate,
)
from airflow_provider_registry.registry.policies.metric_gates import Against, ChangeGate, ThresholdGate
from airflow_provider_registry.registry.versions.metrics import Phase
from airflow_provider_registry.registry.versions.rendered import read_text
from airflow_provider_registry.registry.versions.slices import normalise_slice
from airflow_provider_registry.scanning.trusted import is_pattern
from airflow_provider_registry.signing.identity import Identity

_COMMON = ("severity", "name")
_METRIC = ("metric", "greater_is_better", "phase", "dataset", "slice", "windows")
_CHANGE = (*_METRIC, "across_datasets", "against")
MOST_WINDOWS = 1_000
_KEYS: dict[GateKind, tuple[str, ...]] = {
    GateKind.THRESHOLD: _METRIC,
    GateKind.MIN_ABSOLUTE_CHANGE: _CHANGE,
    GateKind.MIN_RELATIVE_CHANGE: _CHANGE,
    GateKind.METADATA: (),
    GateKind.INTEGRITY: (),
    GateKind.CHECK: (),
    GateKind.CARD: (),
    GateKind.SCAN: ("allow", "max_age"),
    GateKind.SIGNATURE: (),
}
_SECTIONS = 100
_EACH = 100  # imports that a gate allows, and identities that it names


def read_gate(given: object, path: str, problems: Problems) -> Gate | None:
    """Read one gate; None where it cannot be read, which `problems` then says.

    Parameters:
        given: a mapping with exactly one check and what goes with it.
        path: where it stands, such as `$.gates[1]`.
        problems: where violations are noted.
    """
    if not isinstance(given, Mapping):
        problems.add(path, f"a gate must be a mapping such as {{metric: auc, threshold: 0.8, …}}, not {shown(given)}")
        return None
    fields = Fields(given, path, problems)
    kind = _kind(given, fields)
    if kind is None:
        return None
    _allow(kind, given, fields)
    severity = fields.choice("severity", Severity.ERROR)
    name = fields.checked("name", lambda value: check_key("gate", read_text("gate name", value)))
    if kind is GateKind.METADATA:
        return MetadataGate(fields=_metadata_fields(given["metadata"], fields), severity=severity, name=name)
    if kind is GateKind.INTEGRITY:
        if given["integrity"] is not True:
            fields.problem("integrity", f"must be true, not {shown(given['integrity'])}; leave the gate out otherwise")
        return IntegrityGate(severity=severity, name=name)
    if kind is GateKind.CHECK:
        return CheckGate(check=fields.checked("check", check_check_name), severity=severity, name=name)
    if kind is GateKind.CARD:
        return CardGate(require=_sections(given["card"], fields), severity=severity, name=name)
    if kind is GateKind.SCAN:
        fields.choice("scan", Scan.PICKLE)
        allow = _allowed(given.get("allow"), fields)
        return ScanGate(allow=allow, max_age=fields.duration("max_age"), severity=severity, name=name)
    if kind is GateKind.SIGNATURE:
        return SignatureGate(identities=_identities(given["signature"], fields), severity=severity, name=name)
    return _metric_gate(kind, fields, severity=severity, name=name)


def _kind(given: Mapping[Any, Any], fields: Fields) -> GateKind | None:
    kinds = [kind for kind in GateKind if kind.value in given]
    if len(kinds) == 1:
        return kinds[0]
    if len(kinds) > 1:
        fields.problem("", f"asks {' and '.join(kinds)} at once; write one gate for each")
        return None
    # A misspelt check is one problem, not two: its key is named with the one that was meant.
    fields.allow((*GateKind, *_CHANGE, *_COMMON))
    if all(key in (*_CHANGE, *_COMMON) for key in given):
        fields.problem("", f"asks nothing; give exactly one of {', '.join(GateKind)}")
    return None


def _allow(kind: GateKind, given: Mapping[Any, Any], fields: Fields) -> None:
    wrong = [key for key in ("across_datasets", "against") if key in given and kind is GateKind.THRESHOLD]
    for key in wrong:
        fields.problem(key, "is for changes against the baseline; a threshold reads no baseline")
    if wrong:
        fields.allow((kind.value, *_CHANGE, *_COMMON))
        return
    fields.allow((kind.value, *_KEYS[kind], *_COMMON))


def _metric_gate(kind: GateKind, fields: Fields, *, severity: Severity, name: str) -> Gate:
    common: dict[str, Any] = {
        "metric": fields.checked("metric", lambda value: check_key("metric", value), required=True),
        "greater_is_better": fields.flag("greater_is_better"),
        "phase": fields.choice("phase", Phase.VALIDATION),
        "dataset": fields.checked("dataset", _dataset),
        "slice": fields.checked("slice", normalise_slice),
        "windows": fields.whole("windows", 1, MOST_WINDOWS),
        "severity": severity,
        "name": name,
    }
    if common["windows"] > 1 and common["phase"] is not Phase.PRODUCTION:
        fields.problem("windows", "is for phase: production, where metrics are recorded over time")
    bound = fields.number(kind.value)
    if kind is GateKind.THRESHOLD:
        return ThresholdGate(threshold=bound, **common)
    relative = kind is GateKind.MIN_RELATIVE_CHANGE
    across = fields.flag("across_datasets", default=False)
    against = _against(fields, common["phase"], across)
    return ChangeGate(min_change=bound, relative=relative, across_datasets=across, against=against, **common)


def _against(fields: Fields, phase: Phase, across: bool) -> Against:
    against = fields.choice("against", Against.BASELINE)
    if against is not Against.BASELINE and phase is not Phase.PRODUCTION:
        fields.problem("against", "is for phase: production, where metrics are recorded over time")
    if against is not Against.BASELINE and across:
        fields.problem("across_datasets", f"is for changes against the baseline, not against {against}")
    return against


def _dataset(value: object) -> str:
    return check_key("dataset", read_text("dataset", value)) if value != "" else ""


def _allowed(given: object, fields: Fields) -> tuple[str, ...]:
    """What a pickle may import, each once, in order."""
    if given is None:
        return ()
    listed = list(given) if isinstance(given, list | tuple) else None
    if listed is None or len(listed) > _EACH or not all(isinstance(one, str) and is_pattern(one) for one in listed):
        fields.problem(
            "allow",
            f"must be a list of at most {_EACH} imports such as mypackage.models.Churn or mypackage.models.*, not "
            f"{shown(given)}",
        )
        return ()
    return tuple(sorted(set(listed)))


def _identities(given: object, fields: Fields) -> tuple[Identity, ...]:
    """Who may have signed: one identity, or a list of them."""
    listed = list(given) if isinstance(given, list | tuple) else [given]
    if not 1 <= len(listed) <= _EACH:
        fields.problem("signature", f"must be an identity or a list of 1 to {_EACH}, not {shown(given)}")
        return ()
    found: dict[Identity, None] = {}
    for one in listed:
        try:
            if not isinstance(one, Mapping):
                raise InvalidPolicyError(f"An identity must be a mapping, not {shown(one)}.")
            found[Identity.read(one)] = None
        except InvalidInputError as error:
            fields.problem("signature", str(error).removesuffix("."))
    return tuple(found)


def _metadata_fields(given: object, fields: Fields) -> tuple[str, ...] | None:
    if given == "required":
        return None
    if not isinstance(given, list | tuple) or not given:
        fields.problem("metadata", f"must be 'required' or a list of fields such as [owner], not {shown(given)}")
        return None
    found: list[str] = []
    for item in given:
        try:
            found.append(check_key("metadata field", read_text("metadata field", item, InvalidPolicyError)))
        except ValueError as error:
            fields.problem("metadata", str(error).removesuffix("."))
    if len(set(found)) != len(found):
        fields.problem("metadata", "names a field twice")
    return tuple(found)


def _sections(given: object, fields: Fields) -> tuple[str, ...]:
    asked = given.get("require") if isinstance(given, Mapping) and set(given) == {"require"} else None
    if not isinstance(asked, list | tuple) or not 1 <= len(asked) <= _SECTIONS:
        fields.problem("card", f"must be a mapping such as {{require: [intended_use]}}, not {shown(given)}")
        return ()
    for item in asked:
        if not isinstance(item, str) or not KEY.fullmatch(item):
            fields.problem("card", f"requires {shown(item)}: write the key of a section, such as intended_use")
    found = tuple(map(str, asked))
    if len(set(found)) != len(found):
        fields.problem("card", "requires a section twice")
    return found
