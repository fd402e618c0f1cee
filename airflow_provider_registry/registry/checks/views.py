"""What callers see of checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class RecordedCheck:
    """One outcome of one check of a version.

    Attributes:
        name: of the check; the newest outcome of a name is the one that gates read.
        evidence: what the check says it found; empty once erased.
        digest: sha256 of name, outcome and evidence.
        created_at: when it was recorded, UTC.
        event: position of that act in the model's record, from 1.
        by: who is said to have recorded it.
    """

    model_name: str
    version: int
    name: str
    passed: bool
    evidence: Mapping[str, Any]
    digest: str
    created_at: datetime
    event: int
    by: str

    @property
    def reference(self) -> str:
        """The version by its number."""
        return f"models:/{self.model_name}/{self.version}"

    def as_mapping(self) -> dict[str, Any]:
        """What a task hands on: small, JSON, the same on every retry. The evidence stays in the registry."""
        return {
            "model_name": self.model_name,
            "version": self.version,
            "reference": self.reference,
            "name": self.name,
            "passed": self.passed,
            "digest": self.digest,
            "created_at": self.created_at.isoformat(),
            "event": self.event,
        }

    def sentence(self) -> str:
        """The outcome in one sentence."""
        said = "passed" if self.passed else "did not pass"
        return f"The check {self.name!r} of version {self.version} of {self.model_name} {said}."
