"""How the newest request of each of many versions stands, in one statement: what waits are resolved from (rule 12)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    ScalarSelect,
    String,
    and_,
    column,
    func,
    select,
)
from sqlalchemy.orm import aliased

from airflow_provider_registry.names import check_alias, check_model_name, fold
from airflow_provider_registry.references import MAX_VERSION
from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.asked import asked_table
from airflow_provider_registry.registry.database.clock import now_column
from airflow_provider_registry.registry.limits import check_whole
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.named import each_named
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.requests.expiry import state_now
from airflow_provider_registry.registry.requests.outcome import outcome
from airflow_provider_registry.registry.requests.tables import DecisionRow, RequestRow
from airflow_provider_registry.registry.requests.views import RequestStatus
from airflow_provider_registry.registry.versions.numbered import has_number
from airflow_provider_registry.registry.versions.tables import VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows

Named = tuple[str, int, str]
"""A model's name, a version's number and an alias's name, as a user writes them."""


def newest_requests(core: Core, named: Iterable[Named]) -> dict[Named, RequestStatus]:
    """See `Registry.newest_requests`."""
    asked: dict[Named, list[Named]] = {}
    for model, version, alias in each_named(named, "model name", "version", "alias"):
        check_whole("version", version, MAX_VERSION)
        folded = (fold(check_model_name(model)), version, fold(check_alias(alias)))
        asked.setdefault(folded, []).append((model, version, alias))
    if not asked:
        return {}
    rows = core.read(lambda connection: connection.execute(_select(connection, asked)).mappings().all())
    return {
        name: status_of(row)
        for row in rows
        for name in asked[row["asked_model"], row["asked_version"], row["asked_alias"]]
    }


def _select(connection: Connection, folded: Iterable[Named]) -> Rows:
    columns = (column("model", String()), column("version", Integer()), column("alias", String()))
    asked = asked_table(connection.dialect.name, folded, *columns)
    ending = aliased(EventRow)
    return (
        select(
            *status_columns(connection, ending),
            *(asked.c[name].label(f"asked_{name}") for name in ("model", "version", "alias")),
        )
        .select_from(asked)
        .join(ModelNameRow, ModelNameRow.folded == asked.c.model)
        .join(ModelRow, ModelRow.id == ModelNameRow.model_id)
        .join(VersionRow, and_(VersionRow.model_id == ModelRow.id, has_number(asked.c.version)))
        .join(AliasRow, and_(AliasRow.model_id == ModelRow.id, AliasRow.folded == asked.c.alias))
        .join(RequestRow, RequestRow.id == newest_id())
        .outerjoin(ending, ending.id == RequestRow.ended_by_event)
    )


def newest_id() -> ScalarSelect[int]:
    """The newest request of the statement's version for its alias; none where nobody has asked."""
    same = aliased(RequestRow)
    newest = select(func.max(same.id)).where(same.version_id == VersionRow.id, same.alias_id == AliasRow.id)
    return newest.scalar_subquery()


def status_columns(connection: Connection, ending: type[EventRow]) -> tuple[ColumnElement[Any], ...]:
    """What `status_of` reads.

    Parameters:
        ending: the event that ended the request, as the statement joins it.
    """
    decision = aliased(EventRow)
    decided = (
        select(func.max(decision.seq))
        .join(DecisionRow, DecisionRow.event_id == decision.id)
        .where(DecisionRow.request_id == RequestRow.id)
    )
    columns = RequestRow.__table__.c
    return (
        columns.id,
        columns.expires_at,
        state_now(now_column(connection)),
        ModelRow.__table__.c.name.label("model_name"),
        VersionRow.__table__.c.version,
        AliasRow.__table__.c.name.label("alias"),
        ending.body.label("ending_body"),
        ending.private.label("ending"),
        func.coalesce(decided.scalar_subquery(), 0).label("decided"),
    )


def status_of(row: RowMapping) -> RequestStatus:
    """A request's status from its row."""
    by, why = outcome(row)
    names = ("model_name", "version", "alias", "state", "decided")
    return RequestStatus(row["id"], **{name: row[name] for name in names}, ended_by=by, ended_why=why)
