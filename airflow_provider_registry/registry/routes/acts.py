"""Giving a challenger a share of an alias, or a copy of its traffic, through the alias's policy; and ending that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import (
    AliasNotFoundError,
    AlreadyHeldError,
    NoTrafficLeftError,
    RouteNotFoundError,
)
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import check_alias, check_text
from airflow_provider_registry.registry.aliases.let_in import (
    Admission,
    Beforehand,
    Refusal,
    asked_to_let_in,
    let_in,
    refused,
)
from airflow_provider_registry.registry.aliases.state import AliasState, read_state
from airflow_provider_registry.registry.aliases.wish import Wish
from airflow_provider_registry.registry.before_the_lock import doing_first
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row, insertion
from airflow_provider_registry.registry.routes.buckets import BUCKETS, Range, resized
from airflow_provider_registry.registry.routes.ending import end_route
from airflow_provider_registry.registry.routes.queries import asked_open, open_routes, route_by_event
from airflow_provider_registry.registry.routes.share import Share, percent
from airflow_provider_registry.registry.routes.tables import RouteRow
from airflow_provider_registry.registry.routes.views import Route
from airflow_provider_registry.registry.versions.acts import locked_version

# The event that set a route, or what keeps the challenger out.
_Outcome: TypeAlias = int | Refusal


@dataclass(frozen=True)
class _Routed:
    """A route that is about to be written.

    Attributes:
        before: the route that the challenger had until now.
    """

    act: Act
    state: AliasState
    version: Row
    share: Share
    buckets: list[Range]
    before: Row | None


def route(core: Core, wish: Wish, share: Share, progress: Progress | None) -> Route:
    """Give a challenger a route; see `Registry.route`."""
    check_alias(wish.alias)
    check_text("reason", wish.reason)
    before = Beforehand.of(core, progress)
    outcome = doing_first(lambda: _run(core, wish, share, before))
    if isinstance(outcome, int):
        return route_by_event(core, outcome)
    raise refused(core, outcome, "Route")


def _run(core: Core, wish: Wish, share: Share, before: Beforehand) -> _Outcome:
    number = wish.version["version"]
    fingerprint = sha256_of(["route", number, wish.version["digest"], share.kind, share.points])
    asked = Asked("route", wish.version["model_name"], fingerprint, alias=wish.alias, key=wish.key)

    def work(act: Act) -> _Outcome:
        version = locked_version(act, number)
        state = read_state(act.rows, act.model["id"], wish.alias)
        state.refuse_locked(act.model["name"])
        _refuse_alone(act, state, version)
        beside = open_routes(act, state.name)
        mine = _of(version, beside)
        if mine is not None and _is(mine, share):
            act.idle = True
            return int(mine["event_id"])
        others = [row for row in beside if row is not mine]
        _refuse_all(act, state, others, share)
        admission = let_in(act, version, state, wish, asked, before)
        if not isinstance(admission, Admission):
            return admission
        taken = [tuple(each) for row in others for each in row["buckets"]]
        own = [tuple(each) for each in mine["buckets"]] if mine is not None else []
        buckets = resized(own, taken, share.points)
        return _write(_Routed(act, state, version, share, buckets, mine), wish, admission)

    def repeat(act: Act, event: Row) -> _Outcome:
        mine = _of(locked_version(act, number), open_routes(act, wish.alias))
        if mine is None or not _is(mine, share):
            act.superseded(event, f"Version {number} got {share.words} of {wish.alias!r}")
        return int(mine["event_id"])

    reads = [*asked_to_let_in(wish), asked_open(wish.version["model_id"], wish.alias)]
    return core.acts.run(asked, work, repeat, reads=reads)


def _refuse_alone(act: Act, state: AliasState, version: Row) -> None:
    """A challenger stands beside a holder, and is another than that."""
    what = f"{state.name!r} of {act.model['name']!r}"
    if state.holder is None:
        raise AliasNotFoundError(f"The alias {what} points at no version now: promote one before others challenge it.")
    if state.holder["version_id"] == version["id"]:
        raise AlreadyHeldError(f"Version {version['version']} holds {what}: it has all that no challenger gets.")


def _refuse_all(act: Act, state: AliasState, others: list[Row], share: Share) -> None:
    given = sum(row["share"] for row in others)
    if given + share.points >= BUCKETS:
        raise NoTrafficLeftError(
            f"Of the traffic of {state.name!r} of {act.model['name']!r}, its other challengers get {percent(given)} %: "
            f"with {share.words} more its holder would get none. Promote the version instead, or give it less."
        )


def _write(routed: _Routed, wish: Wish, admission: Admission) -> int:
    act, state, version, share, mine = routed.act, routed.state, routed.version, routed.share, routed.before
    buckets = [list(each) for each in routed.buckets]
    assert state.holder is not None
    payload: dict[str, Any] = {"holder": state.holder["version"], "digest": version["digest"]}
    payload |= {"kind": share.kind.value, "share": share.points, "buckets": buckets}
    payload["before"] = None if mine is None else {"kind": mine["kind"].value, "share": mine["share"]}
    payload |= {"allow_older": wish.allow_older, **admission.said}
    where: dict[str, Any] = {"version": version["version"], "alias": state.name}
    event_id = act.record(EventType.ALIAS_ROUTED, payload, **where, private={"reason": wish.reason})
    admission.store(event_id)
    if mine is not None:
        end_route(act, mine, event_id)
    row = {"event_id": event_id, "model_id": act.model["id"], "alias_id": state.alias_id}
    row |= {"version_id": version["id"], "kind": share.kind, "share": share.points, "buckets": buckets}
    row |= {"from_at": act.at, "to_at": None, "ended_by_event": None}
    act.batch.write(_SET, **row)
    return event_id


def end(core: Core, version: Row, alias: str, reason: str, key: str | None) -> None:
    """End a challenger's route; see `Registry.end_route`."""
    check_alias(alias)
    check_text("reason", reason)
    number = version["version"]

    def work(act: Act) -> None:
        state = read_state(act.rows, act.model["id"], alias)
        mine = _of(locked_version(act, number), open_routes(act, alias))
        if mine is None:
            raise RouteNotFoundError(
                f"Version {number} of {act.model['name']!r} has no route beside the holder of {state.name!r}."
            )
        payload = {"kind": mine["kind"].value, "share": mine["share"]}
        where: dict[str, Any] = {"version": number, "alias": state.name}
        end_route(act, mine, act.record(EventType.ALIAS_ROUTE_ENDED, payload, **where, private={"reason": reason}))

    def repeat(act: Act, event: Row) -> None:
        if _of(locked_version(act, number), open_routes(act, alias)) is not None:
            act.superseded(event, f"The route of version {number} to {alias!r} was ended")

    asked = Asked("end_route", version["model_name"], sha256_of(["end_route", number]), alias=alias, key=key)
    core.acts.run(asked, work, repeat)


def _of(version: Row, routes: list[Row]) -> Row | None:
    return next((row for row in routes if row["version_id"] == version["id"]), None)


def _is(row: Row, share: Share) -> bool:
    return Share(row["kind"], row["share"]) == share


_SET = insertion(RouteRow)
