"""Feedback in numbers: by version, and by spans of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Integer, RowMapping, cast, func, literal, select

from airflow_provider_registry.errors import TooLargeError
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.base import BigId
from airflow_provider_registry.registry.feedback.kinds import FeedbackKind
from airflow_provider_registry.registry.feedback.pages import within
from airflow_provider_registry.registry.feedback.tables import FeedbackRow
from airflow_provider_registry.registry.feedback.views import FeedbackSummary
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.versions.tables import VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows

# More than anybody draws; a group is a kind, or a flag, of one version in one span.
MOST_GROUPS = 50_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be summed up.

    Attributes:
        model_id: of the model; all of its versions, but for the next.
        version_id: of one version; None for all.
        every: length of a span, which begins at a multiple of it since 1970; None for one without begin and end.
    """

    model_id: int
    version_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    every: timedelta | None = None


def summarise(core: Core, asked: Asked) -> list[FeedbackSummary]:
    """Sum feedback up; see `Registry.feedback_summary`."""
    rows = core.rows(summary(core.engine.dialect.name, asked))
    if len(rows) > MOST_GROUPS:
        raise TooLargeError(
            f"The summary has more than {MOST_GROUPS:,} numbers: ask for a shorter time (since=, until=), or for "
            "longer spans (every=)."
        )
    spans: defaultdict[tuple[int, int | None], list[RowMapping]] = defaultdict(list)
    for row in rows:
        spans[row["version"], row["span"]].append(row)
    return [_summed(span, of, asked.every) for (_, span), of in spans.items()]


def summary(dialect: str, asked: Asked) -> Rows:
    """The statement: a row for each version, span, kind and flag."""
    span = _span(dialect, asked.every).label("span")
    which = [] if asked.version_id is None else [VersionRow.id == asked.version_id]
    groups = (ModelRow.name, VersionRow.version, span, FeedbackRow.kind, FeedbackRow.flag)
    rating = FeedbackRow.rating
    return (
        select(
            ModelRow.name.label("model_name"),
            *groups[1:],
            func.count().label("rows"),
            func.avg(rating).label("mean"),
            func.min(rating).label("lowest"),
            func.max(rating).label("highest"),
        )
        .join(VersionRow, VersionRow.id == FeedbackRow.version_id)
        .join(ModelRow, ModelRow.id == VersionRow.model_id)
        .where(VersionRow.model_id == asked.model_id, *which, *within(asked.since, asked.until))
        .group_by(*groups)
        .order_by(VersionRow.version, span, FeedbackRow.kind, FeedbackRow.flag)
        .limit(MOST_GROUPS + 1)
    )


def _span(dialect: str, every: timedelta | None) -> ColumnElement[Any]:
    """The number of the span that feedback was said in, from 1970."""
    if every is None:
        return cast(None, Integer)
    seconds = int(every.total_seconds())
    if dialect == "sqlite":
        # Without the fraction of the second, which SQLite would round, and into the next span.
        at = cast(func.strftime("%s", func.substr(FeedbackRow.at, 1, 19)), Integer)
        into = (at % seconds + seconds) % seconds  # a remainder has the sign of what is divided, and 1969 is below zero
        return (at - into) // seconds
    return cast(func.floor(func.extract("epoch", FeedbackRow.at) / literal(seconds)), BigId)


def _summed(span: int | None, rows: Iterable[RowMapping], every: timedelta | None) -> FeedbackSummary:
    rows = list(rows)
    counts: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        counts[row["kind"].value] += row["rows"]
    rated: Any = next((row for row in rows if row["kind"] is FeedbackKind.RATING), {})
    from_at = None if span is None or every is None else _EPOCH + span * every
    return FeedbackSummary(
        model_name=rows[0]["model_name"],
        version=rows[0]["version"],
        from_at=from_at,
        until_at=None if from_at is None or every is None else from_at + every,
        rows=sum(counts.values()),
        counts=dict(counts),
        mean=rated.get("mean"),
        lowest=rated.get("lowest"),
        highest=rated.get("highest"),
        flags={row["flag"]: row["rows"] for row in rows if row["kind"] is FeedbackKind.FLAG},
    )
