"""Reading aliases: what held one when, and who let it in."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.orm import aliased

from airflow_provider_registry.names import check_alias, check_model_name, fold
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.aliases.views import Assignment
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows


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
    row = core.first(select_assignments().where(AssignmentRow.id == assignment_id))
    assert row is not None, "the act that wrote it has committed"
    return view(row)


def alias_at(core: Core, model_name: str, alias: str, at: datetime) -> Assignment | None:
    """The assignment in force at a moment: one statement, answered by the index on (alias, from)."""
    which = AssignmentRow.alias_id == _aliases(model_name, alias).scalar_subquery()
    statement = select_assignments().where(which, AssignmentRow.from_at <= at)
    row = core.first(statement.order_by(AssignmentRow.from_at.desc()).limit(1))
    if row is None or (row["to_at"] is not None and row["to_at"] <= at):
        return None
    return view(row)


def history(core: Core, model_name: str, alias: str | None) -> list[Assignment]:
    """Every assignment of a model, oldest first."""
    statement = select_assignments().where(AssignmentRow.alias_id.in_(_aliases(model_name, alias)))
    return [view(row) for row in core.rows(statement.order_by(AssignmentRow.from_at, AssignmentRow.id))]


def view(row: RowMapping) -> Assignment:
    """The view of an assignment from its row."""
    private: dict[str, Any] = json.loads(row["private"]) if row["private"] else {}
    payload: dict[str, Any] = json.loads(row["body"])["payload"]
    return Assignment(
        **{key: row[key] for key in ("model_name", "alias", "version", "digest", "from_at", "to_at")},
        previous_version=payload.get("replaced"),
        act=row["type"],
        event=row["seq"],
        by=private.get("actor", {}).get("name", ""),
        reason=private.get("reason", ""),
        unchecked=payload.get("unchecked", False),
        request=payload.get("request"),
    )


def _aliases(model_name: str, alias: str | None) -> Select[Any]:
    """The statement that finds an alias, or all of a model's.

    It is put in as a subquery: joined to the assignments, either database may well begin with all of those.
    """
    row = aliased(AliasRow)
    ids = select(row.id).join(ModelNameRow, ModelNameRow.model_id == row.model_id)
    ids = ids.where(ModelNameRow.folded == fold(check_model_name(model_name)))
    return ids if alias is None else ids.where(row.folded == fold(check_alias(alias)))
