"""Checking that deployments are what the record says of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, String, and_, case, func, select, type_coerce
from sqlalchemy.orm import aliased

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.deployments.tables import DeploymentRow
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.contradiction import Fail
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.told import Check, Told
from airflow_provider_registry.registry.versions.tables import VersionRow

_DESIRED, _ACTUAL, _ENDING = aliased(VersionRow), aliased(VersionRow), aliased(EventRow)


class DeploymentCheck(Check):
    """Each target stood as its events say, from when to when they say, and no other did."""

    what = "deployments"
    hears = (EventType.DEPLOYMENT_RECORDED,)

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        # How a target stood, from when to when, and the place of the event that ended it; by the place of its own.
        self._said: dict[int, dict[str, Any]] = {}
        self._newest: dict[tuple[str, str], int] = {}

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        payload, private = told.payload(), told.private() or {}
        place = (payload["environment"], payload["target"])
        if place in self._newest:
            self._said[self._newest[place]] |= {"to_at": told.at, "ended_by": told.seq}
        self._newest[place] = told.seq
        if told.version not in {said["version"] for name in ("desired", "actual") if (said := payload[name])}:
            self._fail(told.seq, "it says nothing of the version that it is about")
        said = {"environment": place[0], "target": place[1], "url": private.get("url")}
        for name in ("desired", "actual"):
            state = payload[name] or {"state": None, "version": None}
            said |= {name: state["state"], f"{name}_version": state["version"]}
        self._said[told.seq] = {**said, "from_at": told.at, "to_at": None, "ended_by": None}

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        rows = [dict(row) for row in connection.execute(_rows(model_id)).mappings()]
        shown = {row.pop("seq"): _shown(row) for row in rows}
        for seq in sorted({*self._said, *shown}):
            if self._said.get(seq) != shown.get(seq):
                self._fail(seq or 1, "how the target stood, or from when to when, is not what the record says")


def _rows(model_id: int) -> Any:
    # Events and versions of another model have the same places and numbers, and none of them is meant here.
    mine = (EventRow.id == DeploymentRow.event_id, EventRow.model_id == model_id)
    ended = (_ENDING.id == DeploymentRow.ended_by_event, _ENDING.model_id == model_id)
    return (
        select(
            DeploymentRow.environment,
            DeploymentRow.target,
            DeploymentRow.url,
            DeploymentRow.from_at,
            DeploymentRow.to_at,
            type_coerce(DeploymentRow.desired, String).label("desired"),
            type_coerce(DeploymentRow.actual, String).label("actual"),
            _number(DeploymentRow.desired_version_id, _DESIRED).label("desired_version"),
            _number(DeploymentRow.actual_version_id, _ACTUAL).label("actual_version"),
            func.coalesce(EventRow.seq, 0).label("seq"),
            case((DeploymentRow.ended_by_event.is_not(None), func.coalesce(_ENDING.seq, 0))).label("ended_by"),
        )
        .outerjoin(EventRow, and_(*mine))
        .outerjoin(_ENDING, and_(*ended))
        .outerjoin(_DESIRED, and_(_DESIRED.id == DeploymentRow.desired_version_id, _DESIRED.model_id == model_id))
        .outerjoin(_ACTUAL, and_(_ACTUAL.id == DeploymentRow.actual_version_id, _ACTUAL.model_id == model_id))
        .where(DeploymentRow.model_id == model_id)
    )


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: row[name] and moment(row[name]) for name in ("from_at", "to_at")}


def _number(id: Any, version: Any) -> Any:
    """The number of a version; 0 of one that is not the model's."""
    return case((id.is_not(None), func.coalesce(version.version, 0)))
