"""What callers see of metrics over time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class RecordedMetrics:
    """What became of points that were recorded.

    Attributes:
        digest: sha256 of the batch that was published; where nothing was new, of the newest that holds them.
        new: how many points this call recorded.
        known: how many were recorded before, with the same values; of a retry, all of them.
        event: position, in the model's record, of the event that says so.
    """

    model_name: str
    version: int
    digest: str
    new: int
    known: int
    event: int

    @property
    def reference(self) -> str:
        """The version by its number."""
        return f"models:/{self.model_name}/{self.version}"

    def as_mapping(self) -> dict[str, Any]:
        """What a task hands on: small, JSON, the same on every retry, which finds the points known."""
        return {
            "model_name": self.model_name,
            "version": self.version,
            "reference": self.reference,
            "digest": self.digest,
            "points": self.new + self.known,
            "event": self.event,
        }

    def sentence(self) -> str:
        """What was recorded, in one sentence."""
        before = f"; {self.known:,} were recorded before" if self.known else ""
        return f"Recorded {self.new:,} values of version {self.version} of {self.model_name}{before}."


@dataclass(frozen=True, slots=True)
class MetricPoint:
    """One value of a metric, for one window.

    Attributes:
        phase, dataset, slice: where it was measured; '' for no dataset said, and for the whole of it.
        window_from, window_to: what it was measured over, UTC, the end exclusive; twice the same moment for none.
        revision: 1, or more for a correction. The highest one of a window counts.
        observed_at: when it was measured, UTC.
        event: position, in the model's record, of the event that recorded it.
    """

    name: str
    phase: str
    dataset: str
    slice: str
    window_from: datetime
    window_to: datetime
    revision: int
    observed_at: datetime
    value: float
    event: int

    def as_mapping(self) -> dict[str, Any]:
        """The point as JSON has it."""
        given = {name: getattr(self, name) for name in self.__slots__}
        return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in given.items()}


@dataclass(frozen=True, slots=True)
class MetricSpan:
    """Some neighbouring values of a series, as a plot draws them; one value, where there are few enough.

    Attributes:
        window_from, window_to: begin of the first window and end of the last.
        minimum, maximum, mean: of the values.
        count: how many there are.
        revision: the highest among them.
    """

    window_from: datetime
    window_to: datetime
    minimum: float
    maximum: float
    mean: float
    count: int
    revision: int


@dataclass(frozen=True, slots=True)
class MetricSeries:
    """A metric over time.

    Attributes:
        spans: its values, oldest first, thinned where they are more than was asked for.
    """

    name: str
    phase: str
    dataset: str
    slice: str
    spans: tuple[MetricSpan, ...]

    @property
    def count(self) -> int:
        """How many values there are."""
        return sum(span.count for span in self.spans)

    @property
    def latest(self) -> MetricSpan:
        """The newest; one value where nothing was thinned."""
        return self.spans[-1]

    def as_mapping(self) -> dict[str, Any]:
        """The series as JSON has it."""
        where = {"name": self.name, "phase": self.phase, "dataset": self.dataset, "slice": self.slice}
        return {**where, "spans": [_plain(span) for span in self.spans]}


@dataclass(frozen=True, slots=True)
class MetricPage:
    """A page of values.

    Attributes:
        next_page_token: gives the next page of the same read; None on the last one.
    """

    points: tuple[MetricPoint, ...]
    next_page_token: str | None

    def __iter__(self) -> Iterator[MetricPoint]:
        return iter(self.points)

    def __len__(self) -> int:
        return len(self.points)


def _plain(span: MetricSpan) -> dict[str, Any]:
    given = {name: getattr(span, name) for name in span.__slots__}
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in given.items()}
