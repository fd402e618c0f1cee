"""When what holds an alias is due for a review: the one computation that every reader uses. It is stored nowhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from airflow_provider_registry.registry.aliases.tables import AssignmentRow
from airflow_provider_registry.registry.database.clock import clock_columns
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.reviews.outcome import ReviewOutcome
from airflow_provider_registry.registry.reviews.tables import ReviewRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows


def with_reviews(statement: Rows, dialect: str) -> Rows:
    """A statement that reads assignments, with what `standing` reads; its parameters are `clock.clock_values`."""
    every = select(PolicyRow.review_every).where(
        PolicyRow.alias_id == AssignmentRow.alias_id, PolicyRow.to_at.is_(None)
    )
    return statement.add_columns(every.scalar_subquery().label("review_every"), *review_columns(dialect))


def review_columns(dialect: str) -> tuple[ColumnElement[Any], ...]:
    """The newest review of an assignment, when it was last kept, and the time now."""
    mine = ReviewRow.assignment_id == AssignmentRow.id
    kept = select(func.max(ReviewRow.created_at)).where(mine, ReviewRow.outcome == ReviewOutcome.KEEP)
    other = aliased(ReviewRow)
    # Not by order and limit: PostgreSQL would sort, where the table is small.
    last = select(func.max(other.event_id)).where(other.assignment_id == AssignmentRow.id).correlate(AssignmentRow)
    newest = [
        select(column).where(ReviewRow.event_id == last.scalar_subquery()).scalar_subquery().label(name)
        for column, name in ((ReviewRow.outcome, "review"), (ReviewRow.created_at, "reviewed_at"))
    ]
    return (kept.scalar_subquery().label("kept_at"), *newest, clock_columns(dialect)[0])


def standing(row: Row) -> dict[str, Any]:
    """How reviewing an assignment stands: `review_due`, `overdue` and `review`.

    Parameters:
        row: of an assignment, with the columns of `with_reviews`.
    """
    return {"review_due": due_at(row), "overdue": is_due(row), "review": row["review"]}


def is_due(row: Row, before: datetime | None = None) -> bool:
    """Whether an assignment is due at a moment; None: now."""
    due = due_at(row)
    return due is not None and due <= (before or row["now"])


def due_at(row: Row) -> datetime | None:
    """The later of when the version got the alias and of when people last kept it there, and `review_every` after.

    None where the policy asks for no reviews, and for what does not hold the alias any more.
    """
    if row["review_every"] is None or row["to_at"] is not None:
        return None
    since: datetime = max(row["from_at"], row["kept_at"] or row["from_at"])
    return since + timedelta(seconds=row["review_every"])
