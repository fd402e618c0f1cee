"""The two statements of a look. Each answers on every asked alias of a model that moved, though nothing be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, select, true
from sqlalchemy.orm import aliased

from airflow_provider_registry.registry.aliases.queries import select_assignments
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.database.clock import now_column
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.requests.newest import newest_id, status_columns
from airflow_provider_registry.registry.requests.tables import RequestRow
from airflow_provider_registry.registry.versions.numbered import has_number
from airflow_provider_registry.registry.versions.tables import VersionRow
from airflow_provider_registry.registry.watch.asked import asked_table, each_version, moved

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows


def select_holders(connection: Connection, body: str) -> Rows:
    """What the aliases point at.

    Parameters:
        body: as `asked_table` reads it, without versions.
    """
    asked = asked_table(connection.dialect.name, body)
    rows = (
        moved(asked, now_column(connection))
        .outerjoin(AliasRow, and_(AliasRow.model_id == ModelRow.id, AliasRow.folded == asked.c.alias))
        .outerjoin(AssignmentRow, and_(AssignmentRow.alias_id == AliasRow.id, AssignmentRow.to_at.is_(None)))
        .outerjoin(VersionRow, VersionRow.id == AssignmentRow.version_id)
        .outerjoin(EventRow, EventRow.id == AssignmentRow.set_by_event)
    )
    known = (asked.c[name].label(f"asked_{name}") for name in ("model", "alias"))
    return select(*select_assignments().selected_columns, *known, ModelRow.head_seq.label("head")).select_from(rows)


def select_requests(connection: Connection, body: str) -> Rows:
    """How the newest requests of the versions for the aliases stand.

    Parameters:
        body: as `asked_table` reads it.
    """
    asked = asked_table(connection.dialect.name, body)
    versions, number = each_version(connection.dialect.name, asked)
    ending = aliased(EventRow)
    rows = (
        moved(asked, now_column(connection))
        .join(versions, true())
        .outerjoin(AliasRow, and_(AliasRow.model_id == ModelRow.id, AliasRow.folded == asked.c.alias))
        .outerjoin(VersionRow, and_(VersionRow.model_id == ModelRow.id, has_number(number)))
        .outerjoin(RequestRow, RequestRow.id == newest_id())
        .outerjoin(ending, ending.id == RequestRow.ended_by_event)
    )
    known = (asked.c.model.label("asked_model"), asked.c.alias.label("asked_alias"), number.label("asked_version"))
    columns = status_columns(connection, ending)
    return select(*columns, *known, ModelRow.head_seq.label("head")).select_from(rows)
