"""What of a batch is recorded already: the same value again is nothing new, another one is refused."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, ScalarSelect, and_, delete, exists, func, select
from sqlalchemy.orm import aliased

from airflow_provider_registry.errors import MetricRecordedError
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.metrics.points import Series
from airflow_provider_registry.registry.metrics.tables import BatchRow, PointRow, SeriesRow
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import VersionRow

_THERE, _ITS_BATCH = aliased(PointRow), aliased(BatchRow)
_PUBLISHED = and_(_ITS_BATCH.id == _THERE.batch_id, _ITS_BATCH.event_id.is_not(None))
_SAME_KEY = and_(
    _THERE.series_id == PointRow.series_id,
    _THERE.window_from == PointRow.window_from,
    _THERE.window_to == PointRow.window_to,
    _THERE.revision == PointRow.revision,
    _THERE.batch_id != PointRow.batch_id,
)


def newest_published(version_id: Any) -> ScalarSelect[Any]:
    """The id of the event that published the newest batch of a version; it grows with each."""
    mine = (BatchRow.version_id == version_id, BatchRow.event_id.is_not(None))
    return select(func.max(BatchRow.event_id)).where(*mine).scalar_subquery()


def refuse_others(connection: Connection, batch_id: int) -> None:
    """Refuse a batch that has another value than the one recorded.

    Raises:
        MetricRecordedError: what was recorded, when, and how to correct it.
    """
    statement = (
        select(
            SeriesRow.__table__,
            PointRow.window_from,
            PointRow.window_to,
            PointRow.revision,
            PointRow.value,
            _THERE.value.label("recorded"),
            EventRow.at,
            EventRow.seq,
            ModelRow.name.label("model_name"),
            VersionRow.version,
        )
        .join(_THERE, and_(_SAME_KEY, _THERE.value != PointRow.value))
        .join(_ITS_BATCH, _PUBLISHED)
        .join(EventRow, EventRow.id == _ITS_BATCH.event_id)
        .join(SeriesRow, SeriesRow.id == PointRow.series_id)
        .join(VersionRow, VersionRow.id == SeriesRow.version_id)
        .join(ModelRow, ModelRow.id == VersionRow.model_id)
        .where(PointRow.batch_id == batch_id)
        .limit(1)
    )
    row = connection.execute(statement).mappings().first()
    if row is None:
        return
    series = Series(row["phase"].value, row["name"], row["dataset"], row["slice"])
    window = f"the window from {row['window_from'].isoformat()} to {row['window_to'].isoformat()}"
    raise MetricRecordedError(
        f"The metric {series.words()} of version {row['version']} of {row['model_name']!r} was recorded as "
        f"{row['recorded']!r} for {window}, at {row['at']:%Y-%m-%d %H:%M:%S UTC} (event {row['seq']} of the record), "
        f"and is {row['value']!r} now. Nothing was recorded: give revision={row['revision'] + 1} to correct it.",
        recorded=row["recorded"],
        revision=row["revision"],
        event=row["seq"],
    )


def newest_of_known(connection: Connection, batch_id: int) -> Row | None:
    """The newest batch that holds points of this one: its digest, and its event's place. None where none does."""
    newest = (
        select(func.max(_ITS_BATCH.event_id))
        .select_from(PointRow)
        .join(_THERE, _SAME_KEY)
        .join(_ITS_BATCH, _PUBLISHED)
        .where(PointRow.batch_id == batch_id)
        .scalar_subquery()
    )
    statement = select(BatchRow.digest, EventRow.seq).join(EventRow, EventRow.id == BatchRow.event_id)
    return connection.execute(statement.where(BatchRow.event_id == newest)).mappings().first()


def drop_known(connection: Connection, batch_id: int) -> None:
    """Take out of a batch what was recorded before; another value stays, to be refused.

    Somebody may have published it after `refuse_others` looked: then the batch is not published, but looked at anew.
    """
    recorded = exists().where(_SAME_KEY, _THERE.value == PointRow.value, _PUBLISHED).correlate(PointRow)
    connection.execute(delete(PointRow).where(PointRow.batch_id == batch_id, recorded))
