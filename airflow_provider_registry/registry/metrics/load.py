"""Loading points into a batch that nobody reads yet: without the model's lock, in chunks, however many they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, TypeAlias

from sqlalchemy import bindparam, delete, insert, select, update

from airflow_provider_registry.errors import InvalidMetricError, LoadLostError, TooLargeError
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.batch import Batch
from airflow_provider_registry.registry.database.clock import read_clock
from airflow_provider_registry.registry.database.prepared import Insertions, Prepared, Row
from airflow_provider_registry.registry.metrics.points import Point, Series
from airflow_provider_registry.registry.metrics.tables import BatchRow, PointRow, SeriesRow

CHUNK = 10_000
SERIES_PER_BATCH = 10_000

Loaded: TypeAlias = Callable[[int], object]
"""Told again and again how many points are loaded."""


def begin(core: Core, version_id: int) -> int:
    """The id of a new batch."""

    def work(batch: Batch) -> int:
        row = {"version_id": version_id, "loaded_at": read_clock(batch.connection)}
        return int(batch.connection.execute(insert(BatchRow).values(row).returning(BatchRow.id)).scalar_one())

    return core.write(work)


def load(core: Core, version: Row, batch_id: int, points: Iterable[Point], progress: Loaded | None) -> int:
    """Load points into a batch; gives how many they were.

    Raises:
        InvalidMetricError: a point stands twice; or what reading one raised.
        TooLargeError: they are of more than `SERIES_PER_BATCH` series.
        LoadLostError: the batch was removed meanwhile.
    """
    ids: dict[Series, int] = {}
    remaining, count = iter(points), 0
    while chunk := list(islice(remaining, CHUNK)):
        _refuse_twice(chunk)
        _identify(core, version["id"], ids, {point.series for point in chunk} - ids.keys())
        rows = [_row(ids[point.series], point) for point in chunk]
        core.write(lambda batch, rows=rows: _insert(batch, batch_id, rows))  # type: ignore[misc]
        count += len(chunk)
        if progress is not None:
            progress(count)
    return count


def discard(core: Core, batch_id: int) -> None:
    """Remove a batch that was not published."""

    def work(batch: Batch) -> None:
        connection = batch.connection
        mine = (BatchRow.id == batch_id, BatchRow.event_id.is_(None))
        if connection.execute(select(BatchRow.id).where(*mine).with_for_update()).first() is not None:
            connection.execute(delete(PointRow).where(PointRow.batch_id == batch_id))
            connection.execute(delete(BatchRow).where(*mine))

    core.write(work)


def _refuse_twice(chunk: Sequence[Point]) -> None:
    """Rows of one chunk are compared here, where the one that stands twice can be named."""
    seen = set()
    for point in chunk:
        if point.key in seen:
            raise InvalidMetricError(
                f"The metric {point.series.words()} stands twice for the window from {point.window_from.isoformat()} "
                f"to {point.window_to.isoformat()} in revision {point.revision}: give it once."
            )
        seen.add(point.key)


def _identify(core: Core, version_id: int, ids: dict[Series, int], new: set[Series]) -> None:
    """Know the ids of series, which are made where they are not there yet."""
    if len(ids) + len(new) > SERIES_PER_BATCH:
        raise TooLargeError(
            f"There are points of more than {SERIES_PER_BATCH:,} series (a metric, a dataset, a slice): record them "
            "in parts."
        )
    if not new:
        return
    named = {"version_id": version_id}
    found = {_series(row): row["id"] for row in core.ask(_SERIES, **named)}
    if missing := sorted(new - found.keys()):
        rows = [series._asdict() for series in missing]
        core.write(lambda batch: batch.write_rows(_NEW_SERIES, named, rows))
        found = {_series(row): row["id"] for row in core.ask(_SERIES, **named)}
    ids.update({series: found[series] for series in new})


def _insert(batch: Batch, batch_id: int, rows: Sequence[dict[str, Any]]) -> None:
    connection = batch.connection
    mine = (BatchRow.id == batch_id, BatchRow.event_id.is_(None))
    touched = update(BatchRow).where(*mine).values(loaded_at=read_clock(connection))
    if not connection.execute(touched).rowcount:
        raise LoadLostError(
            "The points that were loaded so far are gone: this process stood still for so long that they were removed "
            "as left behind. Nothing was recorded; record them again."
        )
    _POINTS.run(connection, {"batch_id": batch_id}, rows)


def _row(series_id: int, point: Point) -> dict[str, Any]:
    return {
        "series_id": series_id,
        "window_from": point.window_from,
        "window_to": point.window_to,
        "revision": point.revision,
        "observed_at": point.observed_at,
        "value": point.value,
    }


def _series(row: Row) -> Series:
    return Series(row["phase"].value, row["name"], row["dataset"], row["slice"])


_SERIES = Prepared(lambda dialect: select(SeriesRow.__table__).where(SeriesRow.version_id == bindparam("version_id")))
_NEW_SERIES = Insertions(SeriesRow, ("version_id",), ("phase", "name", "dataset", "slice"), where_new=True)
# A chunk that was committed while its answer was lost is written again.
_POINTS = Insertions(
    PointRow,
    ("batch_id",),
    ("series_id", "window_from", "window_to", "revision", "observed_at", "value"),
    where_new=True,
)
