"""What callers see of evidence packs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflow_provider_registry.registry.record.views import RecordHead


@dataclass(frozen=True, slots=True)
class EvidencePack:
    """A pack that was written.

    Attributes:
        sha256: of the file: kept elsewhere, it proves later that nobody made another.
        head: of the model's record, up to which it goes.
    """

    path: Path
    sha256: str
    request_id: int
    reference: str
    alias: str
    head: RecordHead

    def as_mapping(self) -> dict[str, Any]:
        """JSON-able."""
        return {
            "path": str(self.path),
            "sha256": self.sha256,
            "request_id": self.request_id,
            "reference": self.reference,
            "alias": self.alias,
            "head": self.head.as_mapping(),
        }
