"""What callers see of feedback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_registry.registry.feedback.kinds import FeedbackKind


@dataclass(frozen=True, slots=True)
class Feedback:
    """One piece of feedback on a version.

    Attributes:
        id: by which it is erased: the event that brought it, and its place there, such as `17.1`.
        value: a number of a rating, a name of a flag, JSON of a correction, text of a comment; None once erased.
        subject: what it is about, such as the id of a prediction; None where nobody said so, or once erased.
        source: who or what said it; likewise.
        at: when it was said, UTC.
        event: position in the model's record of the act that recorded it, from 1.
        erased: somebody erased subject, source and text.
    """

    id: str
    model_name: str
    version: int
    kind: FeedbackKind
    value: Any
    subject: str | None
    source: str | None
    at: datetime
    event: int
    erased: bool


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """A page of feedback, newest first.

    Attributes:
        next_page_token: gives the next page of the same question; None on the last one.
    """

    feedback: tuple[Feedback, ...]
    next_page_token: str | None

    def __iter__(self) -> Iterator[Feedback]:
        return iter(self.feedback)

    def __len__(self) -> int:
        return len(self.feedback)


@dataclass(frozen=True, slots=True)
class RecordedFeedback:
    """What was recorded by one call.

    Attributes:
        rows: how many.
        counts: how many of each kind.
        events: positions of the acts in the model's record, from 1: one for each batch.
    """

    model_name: str
    version: int
    rows: int
    counts: Mapping[str, int]
    events: tuple[int, ...]

    @property
    def reference(self) -> str:
        """The version by its number."""
        return f"models:/{self.model_name}/{self.version}"

    def and_then(self, other: RecordedFeedback) -> RecordedFeedback:
        """Both together."""
        kinds = (*self.counts, *other.counts)
        counts = {kind: self.counts.get(kind, 0) + other.counts.get(kind, 0) for kind in kinds}
        events = (*self.events, *other.events)
        return RecordedFeedback(self.model_name, self.version, self.rows + other.rows, counts, events)

    def as_mapping(self) -> dict[str, Any]:
        """What a task hands on: small, JSON, the same on every retry."""
        return {
            "model_name": self.model_name,
            "version": self.version,
            "reference": self.reference,
            "rows": self.rows,
            "counts": dict(self.counts),
            "events": list(self.events),
        }

    def sentence(self) -> str:
        """What was recorded, in one sentence."""
        kinds = ", ".join(f"{kind} {count:,}" for kind, count in self.counts.items())
        return f"Feedback on {self.reference}: {self.rows:,} row{'' if self.rows == 1 else 's'} ({kinds})."


@dataclass(frozen=True, slots=True)
class FeedbackSummary:
    """What was said of a version within a span of time.

    Attributes:
        from_at: begin of the span, UTC; None where time was not cut into spans.
        until_at: its end, exclusive; likewise.
        rows: how many in all.
        counts: how many of each kind.
        mean: of the ratings; None where there are none.
        lowest: of the ratings.
        highest: of the ratings.
        flags: how often each was set, by name.
    """

    model_name: str
    version: int
    from_at: datetime | None
    until_at: datetime | None
    rows: int
    counts: Mapping[str, int]
    mean: float | None
    lowest: float | None
    highest: float | None
    flags: Mapping[str, int]
