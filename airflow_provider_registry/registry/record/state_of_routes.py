"""Checking that routes are what the record says of them."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, RowMapping, String, Text, and_, case, func, select, type_coerce
from sqlalchemy.orm import aliased

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.contradiction import Fail
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.told import Check, Told
from airflow_provider_registry.registry.routes.buckets import overlap, size_of
from airflow_provider_registry.registry.routes.tables import RouteRow
from airflow_provider_registry.registry.versions.tables import VersionRow

_ENDING = aliased(EventRow)
_MOVES = (EventType.ALIAS_PROMOTED, EventType.ALIAS_ROLLED_BACK, EventType.ALIAS_OVERRIDDEN)


class RouteCheck(Check):
    """Each route is the one that was set, held from when to when the record says, and ended with its holder."""

    what = "routes"
    hears = (
        *(EventType.ALIAS_ROUTED, EventType.ALIAS_ROUTE_ENDED),
        *(*_MOVES, EventType.ALIAS_CLEARED, EventType.POLICY_REMOVED),
    )

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        # What an event gave, from when to when, and the place of the event that ended it; by its own place.
        self._said: dict[int, dict[str, Any]] = {}
        # The places of the events that gave what is in force: by alias, then by version.
        self._open: dict[str | None, dict[int | None, int]] = {}
        self._holders: dict[str | None, int | None] = {}

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        match told.type:
            case EventType.ALIAS_ROUTED:
                self._route(told, told.payload())
            case EventType.ALIAS_ROUTE_ENDED:
                self._end(told, told.version)
            case _:
                self._end_all(told)

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        rows = connection.execute(_rows(model_id)).mappings().all()
        shown = {row["seq"]: _shown(row) for row in rows}
        for seq in sorted({*self._said, *shown}):
            if self._said.get(seq) != shown.get(seq):
                self._fail(seq or 1, "the route, or from when to when it held, is not what the record says")

    def _route(self, told: Told, payload: dict[str, Any]) -> None:
        if payload["holder"] is None or payload["holder"] != self._holders.get(told.alias):
            self._fail(told.seq, "it routes beside a version that does not hold the alias")
        routes = self._open.setdefault(told.alias, {})
        if told.version in routes:
            self._end(told, told.version)
        routes[told.version] = told.seq
        said = {"alias": told.alias, "version": told.version}
        said |= {name: payload[name] for name in ("kind", "share", "buckets")}
        self._said[told.seq] = {**said, "from_at": told.at, "to_at": None, "ended_by": None}
        if size_of(payload["buckets"]) != payload["share"]:
            self._fail(told.seq, "its buckets are not as many as its share says")
        if overlap((begin, end) for seq in routes.values() for begin, end in self._said[seq]["buckets"]):
            self._fail(told.seq, "it gives away buckets that another route has")

    def _end(self, told: Told, version: int | None) -> None:
        seq = self._open.get(told.alias, {}).pop(version, None)
        if seq is None:
            self._fail(told.seq, f"it ended a route of version {version}, which had none")
        self._said[seq] |= {"to_at": told.at, "ended_by": told.seq}

    def _end_all(self, told: Told) -> None:
        """Whatever moves the alias, empties it or takes its policy away ends its routes, and says which."""
        ending = self._open.get(told.alias, {})
        if b'"routes_ended"' in told.payload_bytes or ending:
            if told.payload().get("routes_ended", []) != sorted(number or 0 for number in ending):
                self._fail(told.seq, "the routes that it ended are not those that the alias had")
            for version in list(ending):
                self._end(told, version)
        if told.type == EventType.ALIAS_CLEARED:
            self._holders[told.alias] = None
        elif told.type in _MOVES:
            self._holders[told.alias] = told.version


def _rows(model_id: int) -> Any:
    # Events and versions of another model have the same places and numbers, and none of them is meant here.
    mine = (EventRow.id == RouteRow.event_id, EventRow.model_id == model_id)
    ended = (_ENDING.id == RouteRow.ended_by_event, _ENDING.model_id == model_id)
    return (
        select(
            AliasRow.name.label("alias"),
            VersionRow.version,
            RouteRow.share,
            RouteRow.from_at,
            RouteRow.to_at,
            type_coerce(RouteRow.kind, String).label("kind"),
            type_coerce(RouteRow.buckets, Text).label("buckets"),
            func.coalesce(EventRow.seq, 0).label("seq"),
            case((RouteRow.ended_by_event.is_not(None), func.coalesce(_ENDING.seq, 0))).label("ended_by"),
        )
        .outerjoin(AliasRow, and_(AliasRow.id == RouteRow.alias_id, AliasRow.model_id == model_id))
        .outerjoin(VersionRow, and_(VersionRow.id == RouteRow.version_id, VersionRow.model_id == model_id))
        .outerjoin(EventRow, and_(*mine))
        .outerjoin(_ENDING, and_(*ended))
        .where(RouteRow.model_id == model_id)
    )


def _shown(row: RowMapping) -> dict[str, Any]:
    shown = {name: value for name, value in row.items() if name != "seq"}
    times = {name: row[name] and moment(row[name]) for name in ("from_at", "to_at")}
    return shown | times | {"buckets": json.loads(row["buckets"])}
