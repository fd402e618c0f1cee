"""Checking that feedback is what the record says of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from sqlalchemy import Connection, RowMapping, String, and_, select, type_coerce

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.database.stream import streamed
from airflow_provider_registry.registry.feedback.digests import rows_digest
from airflow_provider_registry.registry.feedback.erase import PRIVATE
from airflow_provider_registry.registry.feedback.said import private_bytes
from airflow_provider_registry.registry.feedback.tables import FeedbackRow
from airflow_provider_registry.registry.record.chain import keyed_digest
from airflow_provider_registry.registry.record.contradiction import Fail
from airflow_provider_registry.registry.record.moments import said_moment
from airflow_provider_registry.registry.record.told import Check, Told
from airflow_provider_registry.registry.versions.tables import VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows


@dataclass(frozen=True, slots=True)
class _Batch:
    """What an event says of the feedback that it brought."""

    seq: int
    version: int | None
    rows_digest: str


class FeedbackCheck(Check):
    """Each batch has the rows that were recorded; what is private in one is as it was, or was erased by an act."""

    what = "feedback"
    hears = (EventType.VERSION_FEEDBACK_RECORDED, EventType.VERSION_FEEDBACK_ERASED)

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        self._said: dict[int, _Batch] = {}
        self._erased: defaultdict[int, set[int]] = defaultdict(set)

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        payload = told.payload()
        if told.type == EventType.VERSION_FEEDBACK_RECORDED:
            self._said[told.id] = _Batch(told.seq, told.version, payload["rows_digest"])
            return
        for seq, places in payload["erased"].items():
            self._erased[int(seq)].update(places)

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        with streamed(connection, _rows(connection.dialect.name, model_id)) as rows:
            for event_id, batch in groupby(rows, itemgetter("event_id")):
                self._compare(self._said.pop(event_id, None), batch)
        for said in self._said.values():
            self._fail(said.seq, f"version {said.version}: the feedback is not there")

    def _compare(self, said: _Batch | None, rows: Iterator[RowMapping]) -> None:
        if said is None:
            self._fail(1, f"version {next(rows)['version']}: there is feedback that no event brought")
        if rows_digest(self._each(rows, said)) != said.rows_digest:
            self._fail(said.seq, f"version {said.version}: the feedback is not what was recorded")

    def _each(
        self, rows: Iterator[RowMapping], said: _Batch
    ) -> Iterator[tuple[int, str, float | None, str | None, str, str]]:
        """What the digest of the batch is of, row by row."""
        erased = self._erased.get(said.seq, set())
        for row in rows:
            if row["version"] != said.version:
                self._fail(said.seq, f"version {said.version}: its feedback is shown of version {row['version']}")
            if not _is_as_said(row, erased=row["position"] in erased):
                where = f"version {said.version}: feedback {said.seq}.{row['position']}"
                self._fail(said.seq, f"{where} has another subject, source or text than was recorded")
            yield (row["position"], row["kind"], row["rating"], row["flag"], row["at"], row["private_digest"])


def _is_as_said(row: RowMapping, *, erased: bool) -> bool:
    if erased or not row["private_digest"]:
        return all(row[column] is None for column in PRIVATE)
    if row["private_key"] is None:
        return False
    private = private_bytes(row["subject"], row["source"], row["text"])
    return bool(keyed_digest(row["private_key"], private) == row["private_digest"])


def _rows(dialect: str, model_id: int) -> Rows:
    at = said_moment(dialect, FeedbackRow.at).label("at")
    # The kind as plain text: one that is not in the vocabulary must be named here, not fail to be read.
    kind = type_coerce(FeedbackRow.kind, String).label("kind")
    columns = (FeedbackRow.event_id, FeedbackRow.position, FeedbackRow.rating, FeedbackRow.flag)
    private = (FeedbackRow.private_digest, *(getattr(FeedbackRow, name) for name in PRIVATE))
    return (
        select(*columns, at, kind, *private, VersionRow.version)
        .join(VersionRow, and_(VersionRow.id == FeedbackRow.version_id, VersionRow.model_id == model_id))
        .order_by(FeedbackRow.event_id, FeedbackRow.position)
    )
