"""What callers see of a retention that was applied, or would be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from airflow_provider_registry.artifacts.progress import format_bytes
from airflow_provider_registry.registry.retention.retention import Retention


class Fate(StrEnum):
    """What becomes of a version."""

    KEPT = "kept"
    ARCHIVED = "archived"
    PURGED = "purged"


@dataclass(frozen=True, slots=True)
class VersionFate:
    """What became of a version, or would.

    Attributes:
        size: of its bytes, which other versions may share.
        why: it is kept, as the rest of a sentence; empty for the others.
    """

    version: int
    digest: str
    size: int
    fate: Fate
    why: str = ""


@dataclass(frozen=True, slots=True)
class ModelRetention:
    """What a retention did to one model, or would.

    Attributes:
        versions: every version that had its bytes before, by number.
        bytes_won: that were removed, or would be.
    """

    model_name: str
    retention: Retention
    versions: tuple[VersionFate, ...]
    bytes_won: int = 0

    def of(self, fate: Fate) -> tuple[int, ...]:
        """The numbers of the versions of one fate."""
        return tuple(each.version for each in self.versions if each.fate is fate)

    @property
    def kept(self) -> dict[int, str]:
        """The versions that are kept, and why."""
        return {each.version: each.why for each in self.versions if each.fate is Fate.KEPT}

    @property
    def archived(self) -> tuple[int, ...]:
        """The versions that were archived, or would be."""
        return self.of(Fate.ARCHIVED)

    @property
    def purged(self) -> tuple[int, ...]:
        """The versions whose bytes go."""
        return self.of(Fate.PURGED)


@dataclass(frozen=True, slots=True)
class RetentionReport:
    """What retention did, or would.

    Attributes:
        models: those that have a retention.
        bytes_won: removed, or that would be; with what a run that was killed had left.
        dry_run: nothing was done.
    """

    models: tuple[ModelRetention, ...]
    bytes_won: int
    dry_run: bool

    @property
    def archived(self) -> int:
        """How many versions were archived, or would be."""
        return sum(len(model.archived) for model in self.models)

    @property
    def purged(self) -> int:
        """How many versions were purged, or would be."""
        return sum(len(model.purged) for model in self.models)

    def as_mapping(self) -> dict[str, Any]:
        """What a task hands on: small, JSON; models to which nothing was done are left out."""
        changed = (model for model in self.models if model.archived or model.purged)
        models = {each.model_name: {"archived": len(each.archived), "purged": len(each.purged)} for each in changed}
        counts = {"archived": self.archived, "purged": self.purged, "bytes_won": self.bytes_won}
        return {**counts, "dry_run": self.dry_run, "models": models}

    def sentence(self) -> str:
        """In one sentence."""
        archived, purged, won = ("would archive", "purge", "win") if self.dry_run else ("archived", "purged", "won")
        counts = f"{archived} {self.archived:,} and {purged} {self.purged:,} versions"
        return f"Retention {counts}, and {won} {format_bytes(self.bytes_won)}."
