"""Recording metrics: a batch is loaded, compared with what is there, and published by one short act."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select, update

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import LoadLostError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Prepared, Row
from airflow_provider_registry.registry.metrics.content import Content, read_content
from airflow_provider_registry.registry.metrics.ending import end_requests
from airflow_provider_registry.registry.metrics.known import (
    drop_known,
    newest_of_known,
    newest_published,
    refuse_others,
)
from airflow_provider_registry.registry.metrics.load import Loaded, begin, discard, load, read_chunks
from airflow_provider_registry.registry.metrics.points import Point
from airflow_provider_registry.registry.metrics.remnants import remove_left_behind
from airflow_provider_registry.registry.metrics.tables import BatchRow
from airflow_provider_registry.registry.metrics.views import RecordedMetrics
from airflow_provider_registry.registry.record.moments import read_said
from airflow_provider_registry.registry.versions.acts import VERSION, locked_version


def record_metrics(
    core: Core, version: Row, points: Iterable[Point], key: str | None, progress: Loaded | None
) -> RecordedMetrics:
    """Record points; see `Registry.record_metrics`."""
    chunks = read_chunks(points)
    remove_left_behind(core, version_id=version["id"])
    batch_id = begin(core, version["id"])
    published = False
    try:
        given = load(core, version, batch_id, chunks, progress)
        recorded = _publish(core, version, batch_id, given, key)
        published = recorded.new > 0
    finally:
        if not published:
            discard(core, batch_id)
    return recorded


def _publish(core: Core, version: Row, batch_id: int, given: int, key: str | None) -> RecordedMetrics:
    """Publish what of a batch is new, which is looked up anew as long as others publish meanwhile."""
    while True:
        newest = _newest(core, version["id"])
        known = None
        if newest is not None:
            core.read(lambda connection: refuse_others(connection, batch_id))
            known = core.read(lambda connection: newest_of_known(connection, batch_id))
        if known is not None:
            core.write(lambda batch: drop_known(batch.connection, batch_id))
        content = read_content(core, batch_id)
        if not content.points and known is not None:
            return _said(version, given, 0, known["digest"], known["seq"])
        if (event := _publish_unless_moved(core, version, batch_id, content, newest, key)) is not None:
            return _said(version, given, content.points, content.digest, event)


def _publish_unless_moved(
    core: Core, version: Row, batch_id: int, content: Content, newest: int | None, key: str | None
) -> int | None:
    """The place of the event that published the batch; None where another was published since `newest`."""
    number = version["version"]

    def work(act: Act) -> int | None:
        row = locked_version(act, number)
        own, (now,) = act.rows_together((_OWN, {"batch_id": batch_id}), (_NEWEST, {"version_id": row["id"]}))
        if now["newest"] != newest:
            act.idle = True
            return None
        _refuse_removed(own)
        end_requests(act, row, content.series)
        first, last = read_said(content.first_at), read_said(content.last_at)
        event_id = act.record(EventType.VERSION_MEASURED, _payload(content), version=number)
        said = {"digest": content.digest, "points": content.points, "first_at": first, "last_at": last}
        act.batch.write(_PUBLISH, this_batch=batch_id, event_id=event_id, **said)
        return int(act.head["head_seq"])

    def repeat(act: Act, event: Row) -> int | None:
        """The same points were recorded meanwhile by who has the same key; or by this act, whose answer was lost."""
        own = act.rows(_OWN, batch_id=batch_id)
        return int(event["seq"]) if [one["event_id"] for one in own] == [event["id"]] else None

    asked = Asked("measure", version["model_name"], sha256_of([number, content.digest]), key=key)
    return core.acts.run(asked, work, repeat, reads=[(VERSION, {"model_id": version["model_id"], "version": number})])


def _payload(content: Content) -> dict[str, object]:
    phases = sorted({series.phase for series in content.series})
    said = {"digest": content.digest, "points": content.points, "series": len(content.series), "phases": phases}
    return {**said, "first_at": content.first_at, "last_at": content.last_at}


def _refuse_removed(own: list[Row]) -> None:
    if [one["event_id"] for one in own] != [None]:
        raise LoadLostError(
            "The points that were loaded are gone: they were removed as left behind. Record them again."
        )


def _newest(core: Core, version_id: int) -> int | None:
    (row,) = core.ask(_NEWEST, version_id=version_id)
    newest: int | None = row["newest"]
    return newest


def _said(version: Row, given: int, new: int, digest: str, event: int) -> RecordedMetrics:
    return RecordedMetrics(
        model_name=version["model_name"],
        version=version["version"],
        digest=digest,
        new=new,
        known=given - new,
        event=event,
    )


_NEWEST = Prepared(lambda dialect: select(newest_published(bindparam("version_id")).label("newest")))
# Locked, so that what removes batches that were left behind sees either none, or one that is published.
_OWN = Prepared(
    lambda dialect: select(BatchRow.id, BatchRow.event_id).where(BatchRow.id == bindparam("batch_id")).with_for_update()
)
_PUBLISH = Prepared(
    lambda dialect: update(BatchRow).where(BatchRow.id == bindparam("this_batch")),
    keys=("digest", "points", "first_at", "last_at", "event_id"),
)
