"""Promoting: an alias moves forward to a version; a protected one through its policy."""

from __future__ import annotations

from typing import Any, TypeAlias

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.canonical import sha256_of
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
from airflow_provider_registry.registry.aliases.queries import assignment_by_id
from airflow_provider_registry.registry.aliases.repeats import repeated
from airflow_provider_registry.registry.aliases.state import AliasState, ensure_alias, move, read_state
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.aliases.views import Assignment
from airflow_provider_registry.registry.aliases.wish import Wish
from airflow_provider_registry.registry.before_the_lock import doing_first
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.requests.states import Ending, RequestState
from airflow_provider_registry.registry.routes.ending import EndedRoutes
from airflow_provider_registry.registry.versions.acts import locked_version

# A promotion that was made now; the id of an assignment that was there; or what keeps the alias from moving.
_Outcome: TypeAlias = Assignment | int | Refusal


def promote(core: Core, wish: Wish, progress: Progress | None) -> Assignment:
    """Promote a version; see `Registry.promote`."""
    check_alias(wish.alias)
    check_text("reason", wish.reason)
    before = Beforehand.of(core, progress)
    outcome = doing_first(lambda: _run(core, wish, before))
    if isinstance(outcome, Assignment):
        return outcome
    if isinstance(outcome, int):
        return assignment_by_id(core, outcome)
    raise refused(core, outcome, "Promote")


def _run(core: Core, wish: Wish, before: Beforehand) -> _Outcome:
    """The act. What keeps it from moving the alias, a report or a request, is committed before it is raised."""
    number = wish.version["version"]
    fingerprint = sha256_of([number, wish.version["digest"]])
    asked = Asked("promote", wish.version["model_name"], fingerprint, alias=wish.alias, key=wish.key)

    def work(act: Act) -> _Outcome:
        version = locked_version(act, number)
        state = read_state(act.rows, act.model["id"], wish.alias)
        state.refuse_locked(act.model["name"])
        if state.holder is not None and state.holder["version_id"] == version["id"]:
            return _confirm(act, state, version, wish)
        admission = let_in(act, version, state, wish, asked, before)
        return _move(act, state, version, wish, admission) if isinstance(admission, Admission) else admission

    return core.acts.run(asked, work, repeated, ids=(AliasRow, AssignmentRow), reads=asked_to_let_in(wish))


def _confirm(act: Act, state: AliasState, version: Row, wish: Wish) -> int:
    """The version holds the alias already: nothing moves, but that it was asked for is known, for repeats."""
    assert state.last is not None
    payload = {"assignment": state.last["id"]}
    where: dict[str, Any] = {"version": version["version"], "alias": state.name}
    act.record(EventType.ALIAS_CONFIRMED, payload, **where, private={"reason": wish.reason})
    return int(state.last["id"])


def _move(act: Act, state: AliasState, version: Row, wish: Wish, admission: Admission) -> Assignment:
    """Write it down."""
    payload: dict[str, Any] = {"replaced": state.holder["version"] if state.holder else None}
    payload |= {"digest": version["digest"], "allow_older": wish.allow_older, **admission.said}
    if admission.request is not None:
        act.pending.move(admission.request, RequestState.PROMOTED)
    if state.alias_id is not None:
        act.pending.end_all(Ending.BASELINE, alias_id=state.alias_id)
    routes = EndedRoutes.of(act, state)
    where: dict[str, Any] = {"version": version["version"], "alias": state.name}
    private = {"reason": wish.reason}
    event_id = act.record(EventType.ALIAS_PROMOTED, payload | routes.said, **where, private=private)
    admission.store(event_id)
    routes.write(act, event_id)
    move(act, state, ensure_alias(act, state), event_id, version["id"], previous_id=state.baseline_id)
    rules = state.rules
    return Assignment(
        model_name=act.model["name"],
        alias=state.name,
        version=version["version"],
        digest=version["digest"],
        from_at=act.at,
        to_at=None,
        previous_version=payload["replaced"],
        act=EventType.ALIAS_PROMOTED,
        event=act.head["head_seq"],
        by=act.caller.actor.name,
        reason=wish.reason,
        unchecked=False,
        request=payload.get("request"),
        task=act.caller.producer.task_key if act.caller.producer else None,
        review_due=act.at + rules.review_every if rules and rules.review_every else None,
    )
