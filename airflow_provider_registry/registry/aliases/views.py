"""What callers see of aliases: which version held one, from when to when, and who let it in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.reviews.outcome import ReviewOutcome


@dataclass(frozen=True, slots=True)
class Assignment:
    """A version that held an alias, over a half-open interval.

    Attributes:
        digest: of the version's artifact.
        from_at: since when, inclusive, UTC.
        to_at: until when, exclusive, UTC; None where it holds it now.
        previous_version: the version that held the alias before; None where none did.
        act: what put it there: a promotion, an override or a rollback.
        event: position of that act in the model's record, from 1.
        by: who is said to have done it; empty once erased.
        reason: what was given as reason; empty where none was, or once erased.
        unchecked: a rollback that went ahead while the artifact store was away, so that nobody read the bytes.
        request: id of the approved promotion request that was promoted; None where none was asked.
        task: said to have done it, as `Producer.task_key`; None where none did.
        review_due: from when on it is due for a review, UTC; None where its policy asks for none, or once it holds the
            alias no more.
        overdue: whether it was due when this was read.
        review: the newest outcome that people recorded of it; None where they have not looked.
    """

    model_name: str
    alias: str
    version: int
    digest: str
    from_at: datetime
    to_at: datetime | None
    previous_version: int | None
    act: EventType
    event: int
    by: str
    reason: str
    unchecked: bool = False
    request: int | None = None
    task: tuple[Any, ...] | None = None
    review_due: datetime | None = None
    overdue: bool = False
    review: ReviewOutcome | None = None

    @property
    def overridden(self) -> bool:
        """Whether it came there past the alias's policy."""
        return self.act is EventType.ALIAS_OVERRIDDEN

    @property
    def reference(self) -> str:
        """The version by its number."""
        return f"models:/{self.model_name}/{self.version}"

    def as_mapping(self) -> dict[str, Any]:
        """What a task hands on: small, JSON, the same on every retry."""
        return {
            "model_name": self.model_name,
            "alias": self.alias,
            "version": self.version,
            "digest": self.digest,
            "reference": self.reference,
            "previous_version": self.previous_version,
            "since": self.from_at.isoformat(),
            "event": self.event,
        }
