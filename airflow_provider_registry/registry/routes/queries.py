"""Reading routes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, bindparam, or_, select

from airflow_provider_registry.names import check_alias, fold
from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.batch import Asking
from airflow_provider_registry.registry.database.prepared import Prepared, Row
from airflow_provider_registry.registry.models.queries import find_model
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.routes.tables import RouteRow
from airflow_provider_registry.registry.routes.views import Route
from airflow_provider_registry.registry.versions.tables import VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows


def asked_open(model_id: int, alias: str) -> Asking:
    """What reads the routes of an alias that are in force, the oldest first."""
    return _OPEN, {"model_id": model_id, "folded": fold(alias)}


def open_routes(act: Act, alias: str) -> list[Row]:
    """The routes of an alias of the act's model that are in force, the oldest first."""
    return act.rows_together(asked_open(act.model["id"], alias))[0]


def current(core: Core, model_name: str, alias: str | None) -> list[Route]:
    """The routes in force; see `Registry.routes`."""
    return _read(core, model_name, alias, RouteRow.to_at.is_(None))


def at_moment(core: Core, model_name: str, alias: str | None, at: datetime) -> list[Route]:
    """The routes in force at a moment; see `Registry.routes_at`."""
    return _read(core, model_name, alias, RouteRow.from_at <= at, or_(RouteRow.to_at.is_(None), RouteRow.to_at > at))


def history(core: Core, model_name: str, alias: str | None) -> list[Route]:
    """Every route, oldest first; see `Registry.route_history`."""
    return _read(core, model_name, alias)


def route_by_event(core: Core, event_id: int) -> Route:
    """The route that an event set."""
    (row,) = core.ask(_BY_EVENT, event_id=event_id)
    return view(row)


def view(row: Row) -> Route:
    """The view of a route from its row."""
    private: dict[str, Any] = json.loads(row["private"]) if row["private"] else {}
    own = ("model_name", "alias", "version", "digest", "kind", "share", "from_at", "to_at")
    return Route(
        **{key: row[key] for key in own},
        buckets=tuple((begin, end) for begin, end in row["buckets"]),
        event=row["seq"],
        by=private.get("actor", {}).get("name", ""),
        reason=private.get("reason", ""),
    )


def _read(core: Core, model_name: str, alias: str | None, *wanted: ColumnElement[bool]) -> list[Route]:
    model = find_model(core, model_name)
    mine: Sequence[ColumnElement[bool]] = (RouteRow.model_id == model["id"], *wanted)
    if alias is not None:
        mine = (*mine, AliasRow.folded == fold(check_alias(alias)))
    return [view(row) for row in core.rows(_select().where(*mine).order_by(RouteRow.event_id))]


def _select() -> Rows:
    """The statement that reads routes with their version, alias and event."""
    return (
        select(
            RouteRow.__table__,
            ModelRow.name.label("model_name"),
            AliasRow.name.label("alias"),
            VersionRow.version,
            VersionRow.digest,
            EventRow.seq,
            EventRow.private,
        )
        .join(ModelRow, ModelRow.id == RouteRow.model_id)
        .join(AliasRow, AliasRow.id == RouteRow.alias_id)
        .join(VersionRow, VersionRow.id == RouteRow.version_id)
        .join(EventRow, EventRow.id == RouteRow.event_id)
    )


_BY_EVENT = Prepared(lambda dialect: _select().where(RouteRow.event_id == bindparam("event_id")))
_OPEN = Prepared(
    lambda dialect: (
        _select()
        .where(AliasRow.model_id == bindparam("model_id"), AliasRow.folded == bindparam("folded"))
        .where(RouteRow.to_at.is_(None))
        .order_by(RouteRow.event_id)
    )
)
