"""Reading aliases: what held one when, and who let it in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Select, bindparam, select
from sqlalchemy.orm import aliased

from airflow_provider_registry.names import check_alias, check_model_name, fold
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.aliases.views import Assignment
from airflow_provider_registry.registry.caller import task_key_of
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.clock import clock_values
from airflow_provider_registry.registry.database.prepared import ONE, Prepared, Row
from airflow_provider_registry.registry.limits import LARGEST
from airflow_provider_registry.registry.models.queries import find_model
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.reviews.due import standing, with_reviews
from airflow_provider_registry.registry.versions.tables import VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows


# Later than anything that is recorded.
ALWAYS = datetime.max.replace(tzinfo=UTC)


def select_assignments() -> Rows:
    """The statement that reads assignments with their version, event and what they displaced."""
    return (
        select(
            AssignmentRow.id,
            AssignmentRow.from_at,
            AssignmentRow.to_at,
            AliasRow.name.label("alias"),
            ModelRow.name.label("model_name"),
            VersionRow.version,
            VersionRow.digest,
            EventRow.type,
            EventRow.seq,
            EventRow.body,
            EventRow.private,
        )
        .join(AliasRow, AliasRow.id == AssignmentRow.alias_id)
        .join(ModelRow, ModelRow.id == AssignmentRow.model_id)
        .join(VersionRow, VersionRow.id == AssignmentRow.version_id)
        .join(EventRow, EventRow.id == AssignmentRow.set_by_event)
    )


def assignment_by_id(core: Core, assignment_id: int) -> Assignment:
    """One assignment."""
    (row,) = core.ask(_BY_ID, assignment_id=assignment_id, **clock_values(core.engine.dialect.name))
    return view(row)


def alias_at(core: Core, model_name: str, alias: str, at: datetime) -> Assignment | None:
    """The assignment in force at a moment: one statement, answered by the index on (alias, from)."""
    named = {"model": fold(check_model_name(model_name)), "alias": fold(check_alias(alias))}
    rows = core.ask(_AT, **named, at=at, **clock_values(core.engine.dialect.name))
    if not rows or (rows[0]["to_at"] is not None and rows[0]["to_at"] <= at):
        return None
    return view(rows[0])


def history(
    core: Core, model_name: str, alias: str | None, limit: int = LARGEST, before: datetime = ALWAYS
) -> list[Assignment]:
    """The last assignments of a model that began before a moment, oldest first.

    Raises:
        ModelNotFoundError: there is no such model.
    """
    asked: dict[str, Any] = {"model": fold(check_model_name(model_name)), "before": before, "limit": limit}
    asked |= clock_values(core.engine.dialect.name)
    if alias is None:
        rows = core.ask(_HISTORY, **asked)
    else:
        rows = core.ask(_HISTORY_OF_ALIAS, **asked, alias=fold(check_alias(alias)))
    if not rows:
        find_model(core, model_name)
    return [view(row) for row in rows]


def _of_model(*, one_alias: bool) -> Select[Any]:
    """The statement that finds the alias `alias` of `model`, or all of the model's.

    It is put in as a subquery: joined to the assignments, either database may well begin with all of those.
    """
    row = aliased(AliasRow)
    ids = select(row.id).join(ModelNameRow, ModelNameRow.model_id == row.model_id)
    ids = ids.where(ModelNameRow.folded == bindparam("model"))
    return ids.where(row.folded == bindparam("alias")) if one_alias else ids


def _history(dialect: str, *, one_alias: bool) -> Rows:
    """The last assignments before `before`, found by their index before anything is joined to them."""
    row, of_model = aliased(AssignmentRow), _of_model(one_alias=one_alias)
    mine = row.alias_id == of_model.scalar_subquery() if one_alias else row.alias_id.in_(of_model)
    last = select(row.id).where(mine, row.from_at < bindparam("before")).order_by(row.from_at.desc(), row.id.desc())
    newest = last.limit(bindparam("limit", type_=BigInteger)).subquery()
    found = with_reviews(select_assignments(), dialect).join(newest, newest.c.id == AssignmentRow.id)
    return found.order_by(AssignmentRow.from_at, AssignmentRow.id)


def _at(dialect: str) -> Rows:
    """The last assignment until `at`, found by its index before anything is joined to it."""
    row = aliased(AssignmentRow)
    begun = select(row.id).where(
        row.alias_id == _of_model(one_alias=True).scalar_subquery(), row.from_at <= bindparam("at")
    )
    return with_reviews(select_assignments(), dialect).where(
        AssignmentRow.id == begun.order_by(row.from_at.desc()).limit(ONE).scalar_subquery()
    )


_AT = Prepared(_at)
_HISTORY = Prepared(lambda dialect: _history(dialect, one_alias=False))
_HISTORY_OF_ALIAS = Prepared(lambda dialect: _history(dialect, one_alias=True))
_BY_ID = Prepared(
    lambda dialect: with_reviews(select_assignments(), dialect).where(AssignmentRow.id == bindparam("assignment_id"))
)


def view(row: Row) -> Assignment:
    """The view of an assignment from its row; how reviewing it stands, where `with_reviews` read that."""
    private: dict[str, Any] = json.loads(row["private"]) if row["private"] else {}
    body: dict[str, Any] = json.loads(row["body"])
    payload: dict[str, Any] = body["payload"]
    return Assignment(
        **{key: row[key] for key in ("model_name", "alias", "version", "digest", "from_at", "to_at")},
        previous_version=payload.get("replaced"),
        act=row["type"],
        event=row["seq"],
        by=private.get("actor", {}).get("name", ""),
        reason=private.get("reason", ""),
        unchecked=payload.get("unchecked", False),
        request=payload.get("request"),
        task=task_key_of(body.get("task")),
        **(standing(row) if "review_every" in row else {}),  # waits do without
    )
