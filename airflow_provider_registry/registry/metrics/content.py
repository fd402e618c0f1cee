"""What a batch holds, read once through: its digest, and what its event says of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, String, and_, select, type_coerce

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.engine import snapshot
from airflow_provider_registry.registry.database.retry import retry
from airflow_provider_registry.registry.database.stream import streamed_tuples
from airflow_provider_registry.registry.metrics.points import Series
from airflow_provider_registry.registry.metrics.tables import BatchRow, PointRow, SeriesRow
from airflow_provider_registry.registry.record.moments import said_moment


@dataclass(frozen=True, slots=True)
class Content:
    """What a batch holds.

    Attributes:
        digest: sha256 of the canonical JSON of its series, in order: phase, name, dataset, slice, the number of points,
            and the sha256 of these. A point is a line, in the order of windows and revisions: begin and end of the
            window, revision, when it was observed, and the value as Python writes it, between spaces.
        points: how many they are.
        first_at, last_at: begin of the first window and end of the last, as events write times.
        series: what was measured.
    """

    digest: str
    points: int
    first_at: str
    last_at: str
    series: tuple[Series, ...]


def read_content(core: Core, batch_id: int) -> Content:
    """The same outside of any transaction."""

    def once() -> Content:
        with snapshot(core.engine).connect() as connection, connection.begin():
            return content_of(connection, batch_id)

    return retry(once)


def content_of(connection: Connection, batch_id: int) -> Content:
    """Read a batch through, without holding it.

    Points of a series that is another version's are left out: whoever moved one there edited both.
    """
    each: list[list[Any]] = []
    first, last, series = "9999", "", []
    for key, lines in _by_series(connection, batch_id):
        hashed, count = hashlib.sha256(), 0
        for _, _, _, _, _, begin, end, revision, observed, value in lines:
            hashed.update(f"{begin} {end} {revision} {observed} {value!r}\n".encode())
            first, last, count = min(first, begin), max(last, end), count + 1
        each.append([*key, count, hashed.hexdigest()])
        series.append(Series(*key))
    points = sum(one[4] for one in each)
    return Content(sha256_of(sorted(each)), points, first if points else "", last, tuple(sorted(series)))


def _by_series(connection: Connection, batch_id: int) -> Iterator[tuple[tuple[str, ...], Iterator[Any]]]:
    dialect = connection.dialect.name
    times = (said_moment(dialect, column) for column in (PointRow.window_from, PointRow.window_to))
    key = (type_coerce(SeriesRow.phase, String), SeriesRow.name, SeriesRow.dataset, SeriesRow.slice)
    said = (*times, PointRow.revision, said_moment(dialect, PointRow.observed_at), PointRow.value)
    statement = (
        select(PointRow.series_id, *key, *said)
        .join(BatchRow, BatchRow.id == PointRow.batch_id)
        .join(SeriesRow, and_(SeriesRow.id == PointRow.series_id, SeriesRow.version_id == BatchRow.version_id))
        .where(PointRow.batch_id == batch_id)
        .order_by(PointRow.series_id, PointRow.window_from, PointRow.window_to, PointRow.revision)
    )
    with streamed_tuples(connection, statement) as rows:
        for found, lines in groupby(rows, itemgetter(0, 1, 2, 3, 4)):
            yield tuple(found[1:]), lines
