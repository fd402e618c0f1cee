"""What callers see of scans."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_registry.scanning.report import Finding, ScanOutcome


@dataclass(frozen=True, slots=True)
class RecordedScan:
    """What one scan of a version's files came to.

    Attributes:
        digest: of the bytes that were scanned.
        outcome: the gravest of the findings; `clean` where there are none.
        findings: what was found, the gravest first.
        scanner, scanner_version: the tool.
        rules: the version of this package's own rules beside the tool's.
        findings_digest: the sha256 of the findings.
        created_at: when it was recorded, UTC.
        event: position of that act in the model's record, from 1.
        by: who is said to have scanned.
    """

    model_name: str
    version: int
    digest: str
    outcome: ScanOutcome
    findings: tuple[Finding, ...]
    scanner: str
    scanner_version: str
    rules: str
    findings_digest: str
    created_at: datetime
    event: int
    by: str

    @property
    def reference(self) -> str:
        """The version by its number."""
        return f"models:/{self.model_name}/{self.version}"

    def as_mapping(self) -> dict[str, Any]:
        """What a task hands on: small, JSON, the same on every retry. The findings stay in the registry."""
        return {
            "model_name": self.model_name,
            "version": self.version,
            "reference": self.reference,
            "outcome": self.outcome.value,
            "findings": dict(Counter(finding.level.value for finding in self.findings)),
            "scanner": f"{self.scanner} {self.scanner_version}, rules {self.rules}",
            "findings_digest": self.findings_digest,
            "created_at": self.created_at.isoformat(),
            "event": self.event,
        }

    def sentence(self) -> str:
        """The outcome in one sentence, with the first of the findings."""
        what = f"The scan of version {self.version} of {self.model_name} by {self.scanner} {self.scanner_version}"
        return f"{what} came to {self.outcome}{f': {told(self.findings)}' if self.findings else ''}."


def told(findings: tuple[Finding, ...], most: int = 3) -> str:
    """The first findings, in words."""
    listed = "; ".join(f"{finding.file}: {finding.what}" for finding in findings[:most])
    left = len(findings) - most
    return f"{listed}; and {left:,} more" if left > 0 else listed
