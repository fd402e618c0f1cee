"""Checking that the metrics over time are those that the record says were recorded."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, and_, select

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.metrics.content import Content, content_of
from airflow_provider_registry.registry.metrics.tables import BatchRow
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.contradiction import Fail
from airflow_provider_registry.registry.record.told import Check, Told
from airflow_provider_registry.registry.versions.tables import VersionRow


class _Said(NamedTuple):
    """What an event says of a batch.

    Attributes:
        facts: version, digest, number of points, begin and end.
    """

    seq: int
    facts: tuple[Any, ...]

    @property
    def what(self) -> str:
        """The batch, in words."""
        return f"version {self.facts[0]}: the metrics that it recorded"


class MeasuredCheck(Check):
    """Each published batch is the one that its event means, point by point, and none is away."""

    what = "metrics over time"
    hears = (EventType.VERSION_MEASURED,)

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        self._said: dict[int, _Said] = {}

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        said = told.payload()
        facts = (said["digest"], said["points"], said["first_at"], said["last_at"])
        self._said[told.id] = _Said(told.seq, (told.version, *facts))

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        for row in connection.execute(_batches(model_id)).mappings().all():
            said = self._said.pop(row["event_id"], None)
            if said is None:
                self._fail(1, f"version {row['version']}: there are metrics that came with no event of this record")
            if not _agree(said, row, content_of(connection, row["id"])):
                self._fail(said.seq, f"{said.what} are others now")
        for said in self._said.values():
            self._fail(said.seq, f"{said.what} are not there")


def _batches(model_id: int) -> Any:
    """The batches of a model's versions that say they were published."""
    return (
        select(BatchRow.__table__, VersionRow.version)
        .join(VersionRow, and_(VersionRow.id == BatchRow.version_id, VersionRow.model_id == model_id))
        .where(BatchRow.event_id.is_not(None))
        .order_by(BatchRow.event_id)
    )


def _agree(said: _Said, row: RowMapping, found: Content) -> bool:
    kept = (row["version"], row["digest"], row["points"], moment(row["first_at"]), moment(row["last_at"]))
    held = (row["version"], found.digest, found.points, found.first_at, found.last_at)
    return kept == said.facts and held == said.facts
