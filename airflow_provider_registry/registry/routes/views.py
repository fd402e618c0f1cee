"""What callers see of routes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_registry.registry.routes.buckets import Range
from airflow_provider_registry.registry.routes.share import RouteKind, Share


@dataclass(frozen=True, slots=True)
class Route:
    """What a challenger has, or had, beside the holder of an alias, over a half-open interval.

    Attributes:
        version: the challenger.
        digest: of the challenger's artifact.
        share: of the traffic, in hundredths of a percent; 0 for a shadow.
        buckets: the ranges of keys that are its own, of 10,000 in all.
        from_at: since when, inclusive, UTC.
        to_at: until when, exclusive, UTC; None where it has it now.
        event: position of the act that set it in the model's record, from 1.
        by: who is said to have set it; empty once erased.
        reason: what was given as reason; empty where none was, or once erased.
    """

    model_name: str
    alias: str
    version: int
    digest: str
    kind: RouteKind
    share: int
    buckets: tuple[Range, ...]
    from_at: datetime
    to_at: datetime | None
    event: int
    by: str
    reason: str

    @property
    def traffic(self) -> float:
        """The share in percent."""
        return self.share / 100

    @property
    def reference(self) -> str:
        """The challenger by its number."""
        return f"models:/{self.model_name}/{self.version}"

    def as_mapping(self) -> dict[str, Any]:
        """What a task hands on: small, JSON, the same on every retry."""
        return {
            "model_name": self.model_name,
            "alias": self.alias,
            "version": self.version,
            "digest": self.digest,
            "reference": self.reference,
            "kind": self.kind.value,
            "traffic": self.traffic,
            "since": self.from_at.isoformat(),
            "event": self.event,
        }

    def sentence(self) -> str:
        """The route in one sentence."""
        gets = Share(self.kind, self.share).words
        return f"Version {self.version} of {self.model_name} gets {gets} of the traffic of {self.alias}."
