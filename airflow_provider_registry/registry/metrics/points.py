"""Points as callers give them: one mapping of names to numbers, or any number of rows, read one after the other."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from airflow_provider_registry.errors import InvalidInputError, InvalidMetricError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.registry.limits import check_whole
from airflow_provider_registry.registry.moments import Window, read_moment, read_window
from airflow_provider_registry.registry.versions.metrics import Metric, Phase, read_metric, read_metric_value
from airflow_provider_registry.registry.versions.rendered import is_many, is_unsaid, plain, read_rendered

HIGHEST_REVISION = 2**31 - 1

_WHERE = ("phase", "dataset", "slice")
_WHEN = ("window", "window_from", "window_to", "observed_at", "revision")
FIELDS = ("name", "value", *_WHERE, *_WHEN)
"""What a row may say."""


class Series(NamedTuple):
    """What is measured again and again, within one version."""

    phase: str
    name: str
    dataset: str = ""
    slice: str = ""

    def words(self) -> str:
        """The series for a sentence: `'auc' of the phase production on slice country=NO`."""
        dataset = f" on dataset {self.dataset}" if self.dataset else ""
        part = f" on slice {self.slice}" if self.slice else ""
        return f"{self.name!r} of the phase {self.phase}{dataset}{part}"


class Point(NamedTuple):
    """One value, as it is about to be recorded."""

    series: Series
    window_from: datetime
    window_to: datetime
    revision: int
    observed_at: datetime
    value: float

    @property
    def key(self) -> tuple[object, ...]:
        """What is recorded once."""
        return self[:4]


@dataclass(frozen=True)
class Shared:
    """What all rows have that do not say otherwise.

    Attributes:
        observed_at: when they were measured.
        window: what they were measured over; None for no window but the moment of `observed_at`.
    """

    observed_at: datetime
    window: Window | None = None
    phase: Phase = Phase.PRODUCTION
    dataset: str = ""
    slice: str = ""
    revision: int = 1
    _known: dict[Hashable, Metric] = field(default_factory=dict)

    @classmethod
    def read(cls, now: datetime, **given: Any) -> Shared:
        """Read what a caller gave; what is None or '' was not said.

        Parameters:
            now: when what was measured without a time was.
        """
        said = {key: value for key, value in given.items() if not is_unsaid(value)}
        where = read_metric({"name": "any", "value": 0, **_picked(said, _WHERE)}, Phase.PRODUCTION)
        return cls(
            read_moment("observed_at", said.get("observed_at", now)),
            read_window(said["window"]) if "window" in said else None,
            where.phase,
            where.dataset,
            where.slice,
            read_revision(said.get("revision", 1)),
        )

    def points(self, given: object) -> Iterator[Point]:
        """The points of a mapping of names to numbers, or of rows.

        Parameters:
            given: such a mapping; an iterable of mappings with the keys name, value, and optionally phase, dataset,
                slice, window (or window_from and window_to), observed_at and revision; or the text of either, as a
                template renders it.

        Raises:
            InvalidMetricError: naming the row that is none.
        """
        value = read_rendered("metrics", given, InvalidMetricError)
        if isinstance(value, Mapping):
            yield from (self._point({"name": name, "value": number}) for name, number in value.items())
        elif is_many(value):
            yield from self._each(value)
        else:
            raise InvalidMetricError(
                f"Metrics are a mapping of names to numbers, or rows that each name one, not {shown(value)}."
            )

    def _each(self, rows: Iterable[object]) -> Iterator[Point]:
        for number, row in enumerate(rows, start=1):
            try:
                if not isinstance(row, Mapping) or "name" not in row or "value" not in row or set(row) - set(FIELDS):
                    raise InvalidMetricError(f"A row has the keys {', '.join(FIELDS)}; this one is {shown(row)}.")
                yield self._point(row)
            except InvalidInputError as error:
                raise type(error)(f"Row {number:,}: {error}") from None

    def _point(self, row: Mapping[str, Any]) -> Point:
        metric = self._metric(row)
        observed = self.observed_at
        if not is_unsaid(at := row.get("observed_at")):
            observed = read_moment("observed_at", at)
        begin, end = self._window(row, observed)
        revision = row.get("revision")
        return Point(
            Series(metric.phase.value, metric.name, metric.dataset, metric.slice),
            begin,
            end,
            self.revision if is_unsaid(revision) else read_revision(revision),
            observed,
            metric.value,
        )

    def _metric(self, row: Mapping[str, Any]) -> Metric:
        """The metric of a row; what its names mean is read once, however many rows have them."""
        names = (row["name"], *(row.get(key) for key in _WHERE))
        plainly = all(type(name) is str or name is None for name in names)
        if plainly and type(row["value"]) is float and (known := self._known.get(names)) is not None:
            value = read_metric_value(known.name, row["value"])
            return Metric(known.name, value, known.phase, known.dataset, known.slice)
        said = {"dataset": self.dataset, "slice": self.slice, "phase": self.phase.value}
        said |= {key: row[key] for key in _WHERE if not is_unsaid(row.get(key))}
        metric = read_metric({"name": row["name"], "value": row["value"], **said})
        if plainly:
            self._known[names] = metric
        return metric

    def _window(self, row: Mapping[str, Any], observed: datetime) -> Window:
        begin, end = row.get("window_from"), row.get("window_to")
        if not is_unsaid(given := row.get("window")):
            if begin or end:
                raise InvalidMetricError("It has a window, and window_from or window_to beside it: give it once.")
            return read_window(given)
        if not (is_unsaid(begin) and is_unsaid(end)):
            return read_window((begin, end))
        return self.window or (observed, observed)


def read_revision(given: object) -> int:
    """A revision: a whole number from 1 on, or its digits.

    Raises:
        InvalidInputError: it is none.
    """
    number = plain(given)
    if isinstance(number, str) and number.strip().isascii() and number.strip().isdigit() and len(number) < 20:
        number = int(number)
    return check_whole("revision", number, HIGHEST_REVISION)


def _picked(given: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    return {key: given[key] for key in keys if key in given}
