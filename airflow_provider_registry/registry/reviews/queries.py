"""Reading reviews: what is due over all models, and what was said of one alias."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from airflow_provider_registry.names import check_alias, check_model_name, fold
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.clock import clock_values
from airflow_provider_registry.registry.database.prepared import Prepared, Row
from airflow_provider_registry.registry.models.queries import find_model
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.policies.stored import read_stored
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.views import ERASED
from airflow_provider_registry.registry.reviews.due import is_due, review_columns, standing
from airflow_provider_registry.registry.reviews.tables import ReviewRow
from airflow_provider_registry.registry.reviews.views import DueReview, Review
from airflow_provider_registry.registry.versions.tables import VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows


def reviews_due(core: Core, before: datetime | None) -> list[DueReview]:
    """What is due, the longest overdue first; see `Registry.reviews_due`."""
    rows = core.ask(UNDER_REVIEW, **clock_values(core.engine.dialect.name))
    found = [_due(row) for row in rows if is_due(row, before)]
    return sorted(found, key=lambda due: (due.due_at, due.model_name, due.alias))


def reviews_of(core: Core, model_name: str, alias: str | None) -> list[Review]:
    """What was said, oldest first; see `Registry.reviews`."""
    named = {"model": fold(check_model_name(model_name))}
    if alias is None:
        rows = core.ask(_OF_MODEL, **named)
    else:
        rows = core.ask(_OF_ALIAS, **named, alias=fold(check_alias(alias)))
    if not rows:
        find_model(core, model_name)
    return [view(row) for row in rows]


def _under_review(dialect: str) -> Rows:
    """Every alias whose policy asks for reviews, and the version that holds it: found by an index of these policies."""
    columns = (AssignmentRow.from_at, AssignmentRow.to_at, VersionRow.version, VersionRow.digest)
    names = (ModelRow.name.label("model_name"), AliasRow.name.label("alias"))
    policy = (PolicyRow.review_every, PolicyRow.body, PolicyRow.digest.label("policy_digest"))
    return (
        select(*columns, *names, *policy, *review_columns(dialect))
        .select_from(PolicyRow)
        .join(AssignmentRow, AssignmentRow.alias_id == PolicyRow.alias_id)
        .join(AliasRow, AliasRow.id == PolicyRow.alias_id)
        .join(ModelRow, ModelRow.id == AssignmentRow.model_id)
        .join(VersionRow, VersionRow.id == AssignmentRow.version_id)
        .where(PolicyRow.review_every.is_not(None), PolicyRow.to_at.is_(None), AssignmentRow.to_at.is_(None))
    )


UNDER_REVIEW = Prepared(_under_review)


def _due(row: Row) -> DueReview:
    policy = read_stored(row["alias"], row["body"], row["policy_digest"])
    stands = standing(row)
    return DueReview(
        **{name: row[name] for name in ("model_name", "alias", "version", "digest", "review", "reviewed_at")},
        since=row["from_at"],
        due_at=stands["review_due"],
        overdue=stands["overdue"],
        roles=tuple(asked.role for asked in policy.approvals),
    )


def select_reviews() -> Rows:
    """The statement that reads reviews with what they are of."""
    own = (ReviewRow.outcome, ReviewRow.role, ReviewRow.created_at)
    names = (ModelRow.name.label("model_name"), AliasRow.name.label("alias"), VersionRow.version)
    return (
        select(*own, *names, EventRow.seq, EventRow.body, EventRow.private)
        .select_from(ReviewRow)
        .join(EventRow, EventRow.id == ReviewRow.event_id)
        .join(AssignmentRow, AssignmentRow.id == ReviewRow.assignment_id)
        .join(AliasRow, AliasRow.id == AssignmentRow.alias_id)
        .join(ModelRow, ModelRow.id == AssignmentRow.model_id)
        .join(VersionRow, VersionRow.id == AssignmentRow.version_id)
    )


def view(row: Row) -> Review:
    """The view of a review from its row."""
    private: dict[str, Any] = json.loads(row["private"]) if row["private"] is not None else {}
    body: dict[str, Any] = json.loads(row["body"])
    return Review(
        **{name: row[name] for name in ("model_name", "alias", "version", "outcome", "role")},
        by=private["actor"]["name"] if private else ERASED,
        reason=private.get("reason", ""),
        at=row["created_at"],
        via=body["via"],
        authenticated=body["authenticated"],
        event=row["seq"],
    )


def _of(*, one_alias: bool) -> Rows:
    statement = select_reviews().join(ModelNameRow, ModelNameRow.model_id == ModelRow.id)
    statement = statement.where(ModelNameRow.folded == bindparam("model")).order_by(ReviewRow.event_id)
    return statement.where(AliasRow.folded == bindparam("alias")) if one_alias else statement


_OF_MODEL = Prepared(lambda dialect: _of(one_alias=False))
_OF_ALIAS = Prepared(lambda dialect: _of(one_alias=True))
BY_EVENT = Prepared(lambda dialect: select_reviews().where(ReviewRow.event_id == bindparam("event_id")))
