"""Reading feedback, newest first, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, select, tuple_

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.feedback.kinds import FeedbackKind
from airflow_provider_registry.registry.feedback.said import value_of
from airflow_provider_registry.registry.feedback.tables import FeedbackRow
from airflow_provider_registry.registry.feedback.views import Feedback, FeedbackPage
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.search.tokens import read_token, write_token
from airflow_provider_registry.registry.search.values import Kind
from airflow_provider_registry.registry.versions.tables import VersionRow

_ORDER = (FeedbackRow.at, FeedbackRow.event_id, FeedbackRow.position)
_KINDS = (Kind.TIME, Kind.WHOLE, Kind.WHOLE)


@dataclass(frozen=True, slots=True)
class Question:
    """Which feedback on a version is meant; None for any."""

    version_id: int
    kind: FeedbackKind | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def digest(self) -> str:
        """What a page token is bound to."""
        times = (None if at is None else moment(at) for at in (self.since, self.until))
        return sha256_of(["feedback", self.version_id, self.kind, self.subject, *times])[:16]

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """As conditions on `FeedbackRow`."""
        found: list[ColumnElement[bool]] = [FeedbackRow.version_id == self.version_id]
        for column, value in ((FeedbackRow.kind, self.kind), (FeedbackRow.subject, self.subject)):
            if value is not None:
                found.append(column == value)
        return [*found, *within(self.since, self.until)]


def within(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    """Feedback of a span of time: from its begin, to before its end."""
    first = [] if since is None else [FeedbackRow.at >= since]
    return first if until is None else [*first, FeedbackRow.at < until]


def read_page(core: Core, question: Question, page_size: int, page_token: str | None) -> FeedbackPage:
    """A page of feedback; see `Registry.feedback`."""
    conditions = question.conditions
    if page_token is not None:
        last = tuple_(*read_token(page_token, question.digest, _KINDS), types=[one.type for one in _ORDER])
        conditions.append(tuple_(*_ORDER) < last)
    statement = (
        select(FeedbackRow.__table__, EventRow.seq, VersionRow.version, ModelRow.name.label("model_name"))
        .join(EventRow, EventRow.id == FeedbackRow.event_id)
        .join(VersionRow, VersionRow.id == FeedbackRow.version_id)
        .join(ModelRow, ModelRow.id == VersionRow.model_id)
        .where(*conditions)
        .order_by(*(column.desc() for column in _ORDER))
        .limit(page_size + 1)
    )
    rows = core.rows(statement)
    more = len(rows) > page_size
    token = write_token(question.digest, [rows[page_size - 1][one.key] for one in _ORDER]) if more else None
    return FeedbackPage(tuple(map(_view, rows[:page_size])), token)


def _view(row: RowMapping) -> Feedback:
    same: dict[str, Any] = {key: row[key] for key in ("model_name", "version", "kind", "subject", "source", "at")}
    return Feedback(
        id=f"{row['seq']}.{row['position']}",
        event=row["seq"],
        value=value_of(row["kind"], row["rating"], row["flag"], row["text"]),
        erased=bool(row["private_digest"]) and row["private_key"] is None,
        **same,
    )
