"""What a scan came to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

FINDINGS = 1_000
"""How many findings a scan keeps; of more, that there are more is one, and nobody knows what they are."""


class ScanOutcome(StrEnum):
    """What a scan came to, the gravest first: what holds of a scan is the gravest of its findings."""

    DANGEROUS = "dangerous"
    UNKNOWN = "unknown"
    SUSPICIOUS = "suspicious"
    CLEAN = "clean"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that a scan found.

    Attributes:
        file: its path in the artifact; after a `!`, that in an archive.
        level: how grave it is; never `clean`.
        what: what a pickle imports, such as `os.system`; of `unknown`, why the file could not be looked into.
    """

    file: str
    level: ScanOutcome
    what: str

    def as_mapping(self) -> dict[str, str]:
        """The finding as JSON."""
        return {"file": self.file, "level": self.level.value, "what": self.what}

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> Finding:
        """The finding that `as_mapping` wrote."""
        return cls(given["file"], ScanOutcome(given["level"]), given["what"])


def bounded(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, each once, the gravest first, as many as are kept."""
    order = list(ScanOutcome)
    listed = sorted(set(found), key=lambda finding: (order.index(finding.level), finding))
    if len(listed) <= FINDINGS:
        return tuple(listed)
    left = len(listed) - FINDINGS + 1
    more = Finding("", ScanOutcome.UNKNOWN, f"{left:,} more findings, which are not kept")
    return (*listed[: FINDINGS - 1], more)


def outcome_of(findings: Iterable[Finding]) -> ScanOutcome:
    """The gravest of them."""
    levels = {finding.level for finding in findings}
    return next((level for level in ScanOutcome if level in levels), ScanOutcome.CLEAN)
