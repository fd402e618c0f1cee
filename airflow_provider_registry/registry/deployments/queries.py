"""Reading deployments."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import aliased

from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.batch import Asking
from airflow_provider_registry.registry.database.prepared import Prepared, Row
from airflow_provider_registry.registry.deployments.said import Said, check_place
from airflow_provider_registry.registry.deployments.states import LIVE_ACTUAL, LIVE_DESIRED
from airflow_provider_registry.registry.deployments.tables import DeploymentRow
from airflow_provider_registry.registry.deployments.views import Deployment
from airflow_provider_registry.registry.models.queries import find_model
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows

_DESIRED, _ACTUAL = aliased(VersionRow), aliased(VersionRow)
_OWN = ("model_name", "environment", "target", "desired", "desired_version", "actual", "actual_version", "url")


def asked_current(model_id: int, said: Said) -> Asking:
    """What reads how a target stands: one row, or none."""
    return _CURRENT, {"model_id": model_id, "environment": said.environment, "target": said.target}


def current(core: Core, model_name: str | None, environment: object, target: object, *, live: bool) -> list[Deployment]:
    """How targets stand; see `Registry.deployments`."""
    wanted = [DeploymentRow.to_at.is_(None), *_places(environment, target)]
    if live:
        wanted.append(or_(DeploymentRow.desired.in_(LIVE_DESIRED), DeploymentRow.actual.in_(LIVE_ACTUAL)))
    return _read(core, model_name, wanted, ModelRow.name, DeploymentRow.environment, DeploymentRow.target)


def at_moment(core: Core, model_name: str, at: datetime, environment: object, target: object) -> list[Deployment]:
    """How the targets of a model stood; see `Registry.deployments_at`."""
    then = (DeploymentRow.from_at <= at, or_(DeploymentRow.to_at.is_(None), DeploymentRow.to_at > at))
    order = (DeploymentRow.environment, DeploymentRow.target)
    return _read(core, model_name, [*then, *_places(environment, target)], *order)


def history(core: Core, model_name: str, environment: object, target: object) -> list[Deployment]:
    """How they stood from when to when, oldest first; see `Registry.deployment_history`."""
    return _read(core, model_name, _places(environment, target), DeploymentRow.event_id)


def view(row: Row) -> Deployment:
    """The view of a deployment from its row."""
    private: dict[str, Any] = json.loads(row["private"]) if row["private"] else {}
    return Deployment(
        **{key: row[key] for key in (*_OWN, "from_at", "to_at")},
        event=row["seq"],
        by=private.get("actor", {}).get("name", ""),
        reason=private.get("reason", ""),
    )


def _places(environment: object, target: object) -> list[ColumnElement[bool]]:
    named = (("environment", DeploymentRow.environment, environment), ("target", DeploymentRow.target, target))
    return [column == check_place(kind, given) for kind, column, given in named if given is not None]


def _read(core: Core, model_name: str | None, wanted: Sequence[ColumnElement[bool]], *order: Any) -> list[Deployment]:
    statement = _select().where(*wanted)
    if model_name is not None:
        model = find_model(core, model_name)
        statement = statement.where(DeploymentRow.model_id == model["id"])
    return [view(row) for row in core.rows(statement.order_by(*order))]


def _select() -> Rows:
    """The statement that reads deployments with their versions' numbers and their event."""
    return (
        select(
            DeploymentRow.__table__,
            ModelRow.name.label("model_name"),
            _DESIRED.version.label("desired_version"),
            _ACTUAL.version.label("actual_version"),
            EventRow.seq,
            EventRow.private,
        )
        .join(ModelRow, ModelRow.id == DeploymentRow.model_id)
        .join(EventRow, EventRow.id == DeploymentRow.event_id)
        .outerjoin(_DESIRED, _DESIRED.id == DeploymentRow.desired_version_id)
        .outerjoin(_ACTUAL, _ACTUAL.id == DeploymentRow.actual_version_id)
    )


_CURRENT = Prepared(
    lambda dialect: _select().where(
        DeploymentRow.model_id == bindparam("model_id"),
        DeploymentRow.environment == bindparam("environment"),
        DeploymentRow.target == bindparam("target"),
        DeploymentRow.to_at.is_(None),
    )
)
