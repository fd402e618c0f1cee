"""What callers see of profiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_registry.registry.versions.metrics import Phase


@dataclass(frozen=True, slots=True)
class RecordedProfile:
    """The distribution of each column of some data that a version was trained on, gave out, or met in use.

    Attributes:
        dataset: of which data; empty where nobody said.
        window_from: begin of the data, UTC; None where nobody said.
        window_to: its end, exclusive; likewise.
        profile: as `profile.schema.json` says, such as `profile_of` makes it; empty once erased.
        digest: sha256 of phase, dataset, window and profile.
        created_at: when it was recorded, UTC.
        event: position of that act in the model's record, from 1.
        by: who is said to have recorded it.
    """

    model_name: str
    version: int
    phase: Phase
    dataset: str
    window_from: datetime | None
    window_to: datetime | None
    profile: Mapping[str, Any]
    digest: str
    created_at: datetime
    event: int
    by: str

    @property
    def reference(self) -> str:
        """The version by its number."""
        return f"models:/{self.model_name}/{self.version}"

    def as_mapping(self) -> dict[str, Any]:
        """What a task hands on: small, JSON, the same on every retry. The profile itself stays in the registry."""
        window = (self.window_from, self.window_to)
        return {
            "model_name": self.model_name,
            "version": self.version,
            "reference": self.reference,
            "phase": self.phase.value,
            "dataset": self.dataset,
            "window": None if None in window else [at.isoformat() for at in window if at],
            "columns": len(self.profile.get("columns", ())),
            "digest": self.digest,
            "created_at": self.created_at.isoformat(),
            "event": self.event,
        }

    def sentence(self) -> str:
        """The profile in one sentence."""
        columns = len(self.profile.get("columns", ()))
        of = f" on {self.dataset}" if self.dataset else ""
        return (
            f"The {self.phase.value} profile of {self.reference}{of} has {columns} column{'' if columns == 1 else 's'}."
        )
