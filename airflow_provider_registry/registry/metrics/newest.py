"""The newest windows of a version's series, as gates and waits read them: few, whatever was recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from airflow_provider_registry.registry.database.batch import Asking
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.metrics.queries import NEWEST_WINDOWS, SERIES_OF_GATE
from airflow_provider_registry.registry.policies.metric_gates import MetricGate
from airflow_provider_registry.registry.versions.metrics import Phase

# A gate reads one dataset; others are read to name them.
_DATASETS = 5

Together = Callable[..., list[list[Row]]]
"""Reads several statements: `Act.rows_together`, or the same outside of an act."""


class MeasuredWindow(NamedTuple):
    """A value of a series."""

    begin: datetime
    end: datetime
    revision: int
    value: float

    def words(self) -> str:
        """When it was, for a sentence."""
        if self.begin == self.end:
            return f"at {_minute(self.begin)}"
        return f"in the window from {_minute(self.begin)} to {_minute(self.end)}"


@dataclass(frozen=True, slots=True)
class NewestWindows:
    """A series in production, and its newest windows.

    Attributes:
        windows: the highest revision of each, the newest first; more than a gate asks for, since some of them may be
            another version's alone.
    """

    name: str
    dataset: str
    slice: str
    windows: tuple[MeasuredWindow, ...]

    def as_read(self) -> list[Any]:
        """What a gate report is bound to."""
        read = [[one.begin.isoformat(), one.end.isoformat(), one.revision, repr(one.value)] for one in self.windows]
        return [self.name, self.dataset, self.slice, read]


def read_newest(
    together: Together, version_id: int, gates: Iterable[MetricGate], at_least: int = 1
) -> tuple[NewestWindows, ...]:
    """Read what gates ask of a version: two trips, however many they are.

    Parameters:
        at_least: windows to read, where the gates ask for fewer.
    """
    most: dict[tuple[str, str], int] = {}
    datasets: dict[tuple[str, str], set[str]] = {}
    for gate in gates:
        named = (gate.metric, gate.slice)
        most[named] = max(most.get(named, at_least), gate.windows)
        datasets.setdefault(named, set()).add(gate.dataset)
    if not most:
        return ()
    found = together(*(_asked_series(version_id, *named) for named in most))
    series = [
        (row, most[named])
        for named, rows in zip(most, found, strict=True)
        for place, row in enumerate(rows)
        if place < _DATASETS or row["dataset"] in datasets[named]
    ]
    windows = together(*(_asked_windows(row["id"], count) for row, count in series)) if series else []
    read = [(row, tuple(map(_window, rows))) for (row, _), rows in zip(series, windows, strict=True)]
    return tuple(NewestWindows(row["name"], row["dataset"], row["slice"], rows) for row, rows in read if rows)


def _asked_series(version_id: int, name: str, slice: str) -> Asking:
    return SERIES_OF_GATE, {"version_id": version_id, "phase": Phase.PRODUCTION, "name": name, "slice": slice}


def _asked_windows(series_id: int, windows: int) -> Asking:
    return NEWEST_WINDOWS, {"series_id": series_id, "most": 2 * windows + 30}


def _window(row: Row) -> MeasuredWindow:
    return MeasuredWindow(row["window_from"], row["window_to"], row["revision"], row["value"])


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
