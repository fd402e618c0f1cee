"""The gates on what is kept of a version, or beside it: metadata, bytes, checks, a card, scans, signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from airflow_provider_registry.registry.policies.durations import spell_duration
from airflow_provider_registry.registry.policies.gate_kinds import GateKind, Severity, common
from airflow_provider_registry.signing.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataGate:
    """The candidate's metadata satisfies the model's schema, and fields of it are there.

    Attributes:
        fields: the fields that must be there; None for those that the schema requires.
    """

    fields: tuple[str, ...] | None = None
    severity: Severity = Severity.ERROR
    name: str = ""

    @property
    def kind(self) -> GateKind:
        return GateKind.METADATA

    @property
    def text(self) -> str:
        """The gate in words: `metadata has owner, intended_use`."""
        return f"metadata has {'what its schema requires' if self.fields is None else ', '.join(self.fields)}"

    def as_mapping(self) -> dict[str, Any]:
        """The gate as a policy writes it, without defaults."""
        asked = "required" if self.fields is None else list(self.fields)
        return {"metadata": asked, **common(self.severity, self.name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityGate:
    """The stored bytes are those that were registered."""

    severity: Severity = Severity.ERROR
    name: str = ""

    @property
    def kind(self) -> GateKind:
        return GateKind.INTEGRITY

    @property
    def text(self) -> str:
        """The gate in words."""
        return "stored bytes match the digest"

    def as_mapping(self) -> dict[str, Any]:
        """The gate as a policy writes it, without defaults."""
        return {"integrity": True, **common(self.severity, self.name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckGate:
    """The newest outcome of a check that somebody's own code made of the candidate.

    Attributes:
        check: the name by which it was recorded.
    """

    check: str
    severity: Severity = Severity.ERROR
    name: str = ""

    @property
    def kind(self) -> GateKind:
        return GateKind.CHECK

    @property
    def text(self) -> str:
        """The gate in words: `check data_quality`."""
        return f"check {self.check}"

    def as_mapping(self) -> dict[str, Any]:
        """The gate as a policy writes it, without defaults."""
        return {"check": self.check, **common(self.severity, self.name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardGate:
    """What people wrote of the candidate has the sections that are asked for.

    Attributes:
        require: keys of sections, such as intended_use; each must say something.
    """

    require: tuple[str, ...]
    severity: Severity = Severity.ERROR
    name: str = ""

    @property
    def kind(self) -> GateKind:
        return GateKind.CARD

    @property
    def text(self) -> str:
        """The gate in words: `card has intended_use, limitations`."""
        return f"card has {', '.join(self.require)}"

    def as_mapping(self) -> dict[str, Any]:
        """The gate as a policy writes it, without defaults."""
        return {"card": {"require": list(self.require)}, **common(self.severity, self.name)}


class Scan(StrEnum):
    """What a scan looks for."""

    PICKLE = "pickle"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanGate:
    """The newest scan of the candidate's files found nothing that the policy does not allow.

    Attributes:
        scan: what it looks for.
        allow: what a pickle may import beside what every scan trusts: `package.module.name`, or `package.module.*`.
        max_age: how old the scan may be; None for any age.
    """

    scan: Scan = Scan.PICKLE
    allow: tuple[str, ...] = ()
    max_age: timedelta | None = None
    severity: Severity = Severity.ERROR
    name: str = ""

    @property
    def kind(self) -> GateKind:
        return GateKind.SCAN

    @property
    def text(self) -> str:
        """The gate in words: `scan for pickles that run code`."""
        allowed = f", {len(self.allow)} imports allowed" if self.allow else ""
        return f"scan for pickles that run code{allowed}"

    def as_mapping(self) -> dict[str, Any]:
        """The gate as a policy writes it, without defaults."""
        optional: dict[str, Any] = {
            "allow": list(self.allow),
            "max_age": spell_duration(self.max_age) if self.max_age else None,
        }
        given = {key: value for key, value in optional.items() if value}
        return {"scan": self.scan.value, **given, **common(self.severity, self.name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureGate:
    """Somebody has signed the candidate's bytes.

    Attributes:
        identities: of whom any one will do: the old key and the new one, while keys are changed.
    """

    identities: tuple[Identity, ...]
    severity: Severity = Severity.ERROR
    name: str = ""

    @property
    def kind(self) -> GateKind:
        return GateKind.SIGNATURE

    @property
    def text(self) -> str:
        """The gate in words: `signed by the key sha256:58ff69bd9b0a…`."""
        return f"signed by {' or '.join(identity.text for identity in self.identities)}"

    def as_mapping(self) -> dict[str, Any]:
        """The gate as a policy writes it, without defaults."""
        listed = [identity.as_mapping() for identity in self.identities]
        return {"signature": listed[0] if len(listed) == 1 else listed, **common(self.severity, self.name)}
