"""Reading metrics over time. Only what was published is read, and of each window the highest revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, not_, select, tuple_
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

_LATER, _LATER_BATCH = aliased(PointRow), aliased(BatchRow)
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
        """What a point must be to be among them."""
        found: list[ColumnElement[bool]] = [PointRow.series_id.in_([row["id"] for row in self.series])]
        if self.since is not None:
            found.append(PointRow.window_from >= self.since)
        if self.until is not None:
            found.append(PointRow.window_from < self.until)
        if self.newest:
            found.append(is_newest())
        return and_(*found)


def is_newest() -> ColumnElement[bool]:
    """Whether no later revision of a point was published."""
    later = (
        select(_LATER.series_id)
        .join(_LATER_BATCH, and_(_LATER_BATCH.id == _LATER.batch_id, _LATER_BATCH.event_id.is_not(None)))
        .where(
            _LATER.series_id == PointRow.series_id,
            _LATER.window_from == PointRow.window_from,
            _LATER.window_to == PointRow.window_to,
            _LATER.revision > PointRow.revision,
        )
        .correlate(PointRow)
    )
    return not_(later.exists())


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
    """The statement that thins: neighbours by their number, so that where little was measured little is joined."""
    part = func.ntile(points).over(partition_by=PointRow.series_id, order_by=_ORDER[1:]).label("part")
    each = (
        select(PointRow.__table__, part)
        .join(BatchRow, and_(BatchRow.id == PointRow.batch_id, BatchRow.event_id.is_not(None)))
        .where(wanted.condition)
        .subquery()
    ).c
    begin = func.min(each.window_from).label("window_from")
    return (
        select(
            each.series_id,
            begin,
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
        .where(wanted.condition)
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
