"""Loading points into a batch that nobody reads yet: without the model's lock, in chunks, however many they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, NoReturn, TypeAlias

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from airflow_provider_registry.errors import InvalidMetricError, LoadLostError, TooLargeError
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.batch import Batch
from airflow_provider_registry.registry.database.bulk import insert_many
from airflow_provider_registry.registry.database.clock import read_clock
from airflow_provider_registry.registry.database.prepared import Prepared, Row
from airflow_provider_registry.registry.metrics.points import Point, Series
from airflow_provider_registry.registry.metrics.tables import BatchRow, PointRow, SeriesRow

CHUNK = 10_000
SERIES_PER_BATCH = 10_000

Loaded: TypeAlias = Callable[[int], object]
"""Told again and again how many points are loaded."""

_COLUMNS = ("series_id", "window_from", "window_to", "revision", "batch_id", "observed_at", "value")


def read_chunks(points: Iterable[Point]) -> Iterator[list[Point]]:
    """The points in chunks, of which the first is read at once: what cannot be taken at all leaves no trace.

    Raises:
        InvalidMetricError: there are none.
    """
    remaining = iter(points)
    first = list(islice(remaining, CHUNK))
    if not first:
        raise InvalidMetricError("There are no metrics to record.")
    return chain([first], iter(lambda: list(islice(remaining, CHUNK)), []))


def begin(core: Core, version_id: int) -> int:
    """The id of a new batch."""

    def work(batch: Batch) -> int:
        row = {"version_id": version_id, "loaded_at": read_clock(batch.connection), "points": 0}
        return int(batch.connection.execute(insert(BatchRow).values(row).returning(BatchRow.id)).scalar_one())

    return core.write(work)


def load(core: Core, version: Row, batch_id: int, chunks: Iterable[list[Point]], progress: Loaded | None) -> int:
    """Load points into a batch; gives how many they were.

    Raises:
        InvalidMetricError: a point stands twice; or what reading one raised.
        TooLargeError: they are of more than `SERIES_PER_BATCH` series.
        LoadLostError: the batch was removed meanwhile.
    """
    ids: dict[Series, int] = {}
    count = 0
    for chunk in chunks:
        _identify(core, version["id"], ids, {point.series for point in chunk} - ids.keys())
        _load_chunk(core, batch_id, ids, chunk, count)
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


def _identify(core: Core, version_id: int, ids: dict[Series, int], new: set[Series]) -> None:
    """Know the ids of series, which are made where they are not there yet."""
    if len(ids) + len(new) > SERIES_PER_BATCH:
        raise TooLargeError(
            f"There are points of more than {SERIES_PER_BATCH:,} series (a metric, a dataset, a slice): record them "
            "in parts."
        )
    if not new:
        return
    found = _series_of(core, version_id)
    if missing := sorted(new - found.keys()):
        rows = [{"version_id": version_id, **series._asdict()} for series in missing]
        core.write(lambda batch: _insert_series(batch.connection, rows))
        found = _series_of(core, version_id)
    ids.update({series: found[series] for series in new})


def _series_of(core: Core, version_id: int) -> dict[Series, int]:
    rows = core.ask(_SERIES, version_id=version_id)
    return {Series(row["phase"].value, row["name"], row["dataset"], row["slice"]): row["id"] for row in rows}


def _insert_series(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(SeriesRow).on_conflict_do_nothing(), rows)  # another load may be at it too


def _load_chunk(core: Core, batch_id: int, ids: dict[Series, int], chunk: Sequence[Point], before: int) -> None:
    """Write the points that come after the first so many, once, though the answer to the first try be lost."""

    def work(batch: Batch) -> None:
        connection, after = batch.connection, before + len(chunk)
        if _count(connection, batch_id, before, after):
            rows = ((ids[one.series], *one[1:4], batch_id, *one[4:]) for one in chunk)
            insert_many(connection, PointRow, _COLUMNS, rows)

    try:
        core.write(work)
    except IntegrityError:
        _refuse_twice(core, batch_id, ids, chunk)


def _count(connection: Connection, batch_id: int, before: int, after: int) -> bool:
    """Note how many points there are now; false where that was done before, by this try's forerunner."""
    mine = (BatchRow.id == batch_id, BatchRow.event_id.is_(None))
    points = connection.execute(select(BatchRow.points).where(*mine).with_for_update()).scalar_one_or_none()
    if points is None:
        raise LoadLostError(
            "The points that were loaded so far are gone: this process stood still for so long that they were removed "
            "as left behind. Nothing was recorded; record them again."
        )
    connection.execute(update(BatchRow).where(*mine).values(points=after, loaded_at=read_clock(connection)))
    return bool(points == before)


def _refuse_twice(core: Core, batch_id: int, ids: dict[Series, int], chunk: Sequence[Point]) -> NoReturn:
    """Say which point of a chunk stands there twice, or in a chunk before."""
    seen = set()
    for point in chunk:
        key = {"series_id": ids[point.series], "batch_id": batch_id, **_when(point)}
        if point.key in seen or core.ask(_SAME, **key):
            raise InvalidMetricError(
                f"The metric {point.series.words()} stands twice for the window from {point.window_from.isoformat()} "
                f"to {point.window_to.isoformat()} in revision {point.revision}: give it once."
            )
        seen.add(point.key)
    raise AssertionError("a row was refused that stands there once")


def _when(point: Point) -> dict[str, Any]:
    return {"window_from": point.window_from, "window_to": point.window_to, "revision": point.revision}


_SERIES = Prepared(lambda dialect: select(SeriesRow.__table__).where(SeriesRow.version_id == bindparam("version_id")))
_KEY: Any = PointRow.__table__.primary_key
_SAME = Prepared(
    lambda dialect: select(PointRow.series_id).where(*(column == bindparam(column.key) for column in _KEY.columns))
)
