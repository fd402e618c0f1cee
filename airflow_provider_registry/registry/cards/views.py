"""What callers see of model cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class CardRevision:
    """One revision of what people wrote of a version.

    Attributes:
        revision: 1, 2, 3, …; the newest is the one that gates read.
        text: Markdown, as it was given; empty once erased.
        metadata: what stands at the top of it, as YAML.
        sections: keys of the sections that say something, such as intended_use.
        digest: sha256 of text, metadata and sections.
        created_at: when it was set, UTC.
        event: position of that act in the model's record, from 1.
        by: who is said to have set it.
        reason: why, where that was said.
    """

    model_name: str
    version: int
    revision: int
    text: str
    metadata: Mapping[str, Any]
    sections: tuple[str, ...]
    digest: str
    created_at: datetime
    event: int
    by: str
    reason: str = ""

    @property
    def reference(self) -> str:
        """The version by its number."""
        return f"models:/{self.model_name}/{self.version}"

    def as_mapping(self) -> dict[str, Any]:
        """What a task hands on: small, JSON, the same on every retry. The text stays in the registry."""
        return {
            "model_name": self.model_name,
            "version": self.version,
            "reference": self.reference,
            "revision": self.revision,
            "sections": list(self.sections),
            "digest": self.digest,
            "created_at": self.created_at.isoformat(),
            "event": self.event,
        }

    def sentence(self) -> str:
        """The revision in one sentence."""
        said = ", ".join(self.sections) or "no section"
        return f"Revision {self.revision} of the card of version {self.version} of {self.model_name} has {said}."
