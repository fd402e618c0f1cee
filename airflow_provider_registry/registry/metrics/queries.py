"""Reading metrics over time. Only what was published is read, and of each window the highest revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, or_, select, true, tuple_
from sqlalchemy.orm import aliased

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.prepared import Prepared, Row
from airflow_provider_registry.registry.metrics.tables import BatchRow, PointRow, SeriesRow
from airflow_provider_registry.registry.metrics.views import MetricPoint, MetricSeries, MetricSpan
from airflow_provider_registry.registry.record.tables import EventRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows

SERIES_AT_ONCE = 50

_SAME, _ITS_BATCH = aliased(PointRow), aliased(BatchRow)
_NEXT = ("next_from", "next_to")
_ORDER = (PointRow.series_id, PointRow.window_from, PointRow.window_to, PointRow.revision)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which values are wanted.

    Attributes:
        series: rows of `registry_metric_series`.
        since, until: of windows that begin from then on, and before then; None for no bound.
        newest: the highest revision of each window alone.
    """

    series: Sequence[Row]
    since: datetime | None = None
    until: datetime | None = None
    newest: bool = True

    @property
    def condition(self) -> ColumnElement[bool]:
        """What a point must be to be among them, of whatever revision."""
        found: list[ColumnElement[bool]] = [PointRow.series_id.in_([row["id"] for row in self.series])]
        if self.since is not None:
            found.append(PointRow.window_from >= self.since)
        if self.until is not None:
            found.append(PointRow.window_from < self.until)
        return and_(*found)


def is_newest() -> ColumnElement[bool]:
    """Whether a point is of the highest revision of its window that was published.

    As a value, which is looked up by the key for each row that is read: as a join, PostgreSQL may read a whole series
    for a few of its windows.
    """
    highest = (
        select(func.max(_SAME.revision))
        .join(_ITS_BATCH, and_(_ITS_BATCH.id == _SAME.batch_id, _ITS_BATCH.event_id.is_not(None)))
        .where(
            _SAME.series_id == PointRow.series_id,
            _SAME.window_from == PointRow.window_from,
            _SAME.window_to == PointRow.window_to,
        )
        .correlate(PointRow)
        .scalar_subquery()
    )
    return PointRow.revision == highest


def find_series(core: Core, version_id: int, named: Mapping[str, str | None], most: int = SERIES_AT_ONCE) -> list[Row]:
    """The series of a version, by what is named of them; in their order.

    Parameters:
        named: columns and their values; None for any.

    Raises:
        InvalidInputError: they are more than are read at once.
    """
    conditions = [getattr(SeriesRow, key) == value for key, value in named.items() if value is not None]
    order = (SeriesRow.phase, SeriesRow.name, SeriesRow.dataset, SeriesRow.slice)
    statement = select(SeriesRow.__table__).where(SeriesRow.version_id == version_id, *conditions)
    found = core.rows(statement.order_by(*order).limit(most + 1))
    if len(found) > most:
        raise InvalidInputError(
            f"More than {most} series are meant: name more of phase, name, dataset and slice. "
            f"The first are {', '.join(_words(row) for row in found[:3])}."
        )
    return list(found)


def thinned(core: Core, wanted: Wanted, points: int) -> tuple[MetricSeries, ...]:
    """The values, of each series so many spans at most; series without any are left out."""
    if not wanted.series:
        return ()
    rows = core.rows(select_thinned(wanted, points))
    spans: dict[int, list[MetricSpan]] = {}
    for row in rows:
        span = {name: row[name] for name in MetricSpan.__slots__}
        spans.setdefault(row["series_id"], []).append(MetricSpan(**span))
    return tuple(
        MetricSeries(one["name"], one["phase"].value, one["dataset"], one["slice"], tuple(spans[one["id"]]))
        for one in wanted.series
        if one["id"] in spans
    )


def select_thinned(wanted: Wanted, points: int) -> Rows:
    """The statement that thins: neighbours by their number, so that where little was measured little is joined.

    It goes through each series once, in the order of its key, in which the revisions of a window are neighbours too.
    """
    order, own = _ORDER[1:], PointRow.series_id
    following = (func.lead(column).over(partition_by=own, order_by=order) for column in _ORDER[1:3])
    read = (
        select(PointRow.__table__, *(column.label(name) for name, column in zip(_NEXT, following, strict=True)))
        .join(BatchRow, and_(BatchRow.id == PointRow.batch_id, BatchRow.event_id.is_not(None)))
        .where(wanted.condition)
        .subquery()
    ).c
    last = or_(read[_NEXT[0]].is_(None), read[_NEXT[0]] != read.window_from, read[_NEXT[1]] != read.window_to)
    in_order = [read[column.key] for column in order]
    part = func.ntile(points).over(partition_by=read.series_id, order_by=in_order).label("part")
    each = select(*read, part).where(last if wanted.newest else true()).subquery().c
    return (
        select(
            each.series_id,
            func.min(each.window_from).label("window_from"),
            func.max(each.window_to).label("window_to"),
            func.min(each.value).label("minimum"),
            func.max(each.value).label("maximum"),
            func.avg(each.value).label("mean"),
            func.count().label("count"),
            func.max(each.revision).label("revision"),
        )
        .group_by(each.series_id, each.part)
        .order_by(each.series_id, each.part)
    )


def page(core: Core, wanted: Wanted, size: int, after: Sequence[Any] | None) -> list[tuple[Row, MetricPoint]]:
    """The values one by one, in order, those after the place where a page ended.

    Parameters:
        size: at most so many.
        after: series, window and revision of the last one before.
    """
    if not wanted.series:
        return []
    statement = (
        select(PointRow.__table__, EventRow.seq)
        .join(BatchRow, and_(BatchRow.id == PointRow.batch_id, BatchRow.event_id.is_not(None)))
        .join(EventRow, EventRow.id == BatchRow.event_id)
        .where(wanted.condition, is_newest() if wanted.newest else true())
    )
    if after is not None:
        statement = statement.where(tuple_(*_ORDER) > tuple_(*after))
    rows = core.rows(statement.order_by(*_ORDER).limit(size))
    names = {row["id"]: row for row in wanted.series}
    return [(row, _point(names[row["series_id"]], row)) for row in rows]


def _point(series: Row, row: Row) -> MetricPoint:
    own = ("window_from", "window_to", "revision", "observed_at", "value")
    where = {"name": series["name"], "phase": series["phase"].value}
    where |= {"dataset": series["dataset"], "slice": series["slice"]}
    return MetricPoint(**where, **{name: row[name] for name in own}, event=row["seq"])


def _words(row: Row) -> str:
    parts: Iterable[str] = (row["name"], row["dataset"], row["slice"], row["phase"].value)
    return " ".join(part for part in parts if part)


# What gates read, under the lock: the series that could be meant, and the newest windows of each.
SERIES_OF_GATE = Prepared(
    lambda dialect: (
        select(SeriesRow.__table__)
        .where(
            SeriesRow.version_id == bindparam("version_id"),
            SeriesRow.phase == bindparam("phase"),
            SeriesRow.name == bindparam("name"),
            SeriesRow.slice == bindparam("slice"),
        )
        .order_by(SeriesRow.dataset)
    )
)
NEWEST_WINDOWS = Prepared(
    lambda dialect: (
        select(PointRow.window_from, PointRow.window_to, PointRow.revision, PointRow.value)
        .join(BatchRow, and_(BatchRow.id == PointRow.batch_id, BatchRow.event_id.is_not(None)))
        .where(PointRow.series_id == bindparam("series_id"), is_newest())
        .order_by(PointRow.window_from.desc(), PointRow.window_to.desc())
        .limit(bindparam("most", type_=Integer))
    )
)
