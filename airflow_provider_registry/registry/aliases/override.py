"""Overriding: a person whom the policy names moves its alias past it, for a reason."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import (
    AlreadyHeldError,
    InvalidInputError,
    NotAllowedError,
    PolicyNotFoundError,
)
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import check_alias, check_text
from airflow_provider_registry.registry.aliases.checked import CheckedBytes
from airflow_provider_registry.registry.aliases.eligible import refuse_ineligible
from airflow_provider_registry.registry.aliases.repeats import repeated
from airflow_provider_registry.registry.aliases.state import AliasState, move, read_state
from airflow_provider_registry.registry.aliases.tables import AssignmentRow, OverrideRow
from airflow_provider_registry.registry.aliases.wish import Wish
from airflow_provider_registry.registry.before_the_lock import doing_first
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.requests.admission import allowed, refuse_door
from airflow_provider_registry.registry.requests.states import Ending
from airflow_provider_registry.registry.routes.ending import EndedRoutes
from airflow_provider_registry.registry.versions.acts import locked_version


def override(core: Core, wish: Wish, progress: Progress | None) -> int:
    """Move an alias past its policy; returns the id of the assignment. See `Registry.override`."""
    check_alias(wish.alias)
    if not check_text("reason", wish.reason).strip():
        raise InvalidInputError(
            f"An override of {wish.alias!r} needs a reason: say why, for those who read the record."
        )
    checked = CheckedBytes(core, progress)
    number = wish.version["version"]
    fingerprint = sha256_of(["override", number, wish.version["digest"]])
    asked = Asked("override", wish.version["model_name"], fingerprint, alias=wish.alias, key=wish.key)

    def work(act: Act) -> int:
        version = locked_version(act, number)
        state = read_state(act.rows, act.model["id"], wish.alias)
        state.refuse_locked(act.model["name"])
        _refuse(act, state, version)
        refuse_ineligible(act, version, state)
        checked.require(act, version, state)
        return _move(act, state, version, wish)

    def run() -> int:
        return core.acts.run(asked, work, repeated, ids=[AssignmentRow])

    return doing_first(run)


def may_override(act: Act, policy: Policy) -> str | None:
    """Why the caller may not override a policy; None where they may."""
    refusal = refuse_door(policy, act.caller)
    if refusal is not None:
        return refusal.sentence
    if policy.override is None:
        return "The policy lets nobody override it."
    if not allowed(policy.override, act.caller):
        return f"The policy does not name {act.caller.actor.name} under override."
    return None


def write_override(act: Act, event_id: int) -> None:
    """Write beside its event that an act went past a policy, which not every database role may."""
    act.connection.execute(insert(OverrideRow).values(event_id=event_id))


def _refuse(act: Act, state: AliasState, version: Row) -> None:
    what = f"{state.name!r} of {act.model['name']!r}"
    if state.rules is None:
        raise PolicyNotFoundError(f"The alias {what} is free: there is no policy to override. Promote instead.")
    refused = may_override(act, state.rules)
    if refused is not None:
        raise NotAllowedError(f"The alias {what} was not moved. {refused}")
    if state.holder is not None and state.holder["version_id"] == version["id"]:
        raise AlreadyHeldError(f"Version {version['version']} holds {what} already.")


def _move(act: Act, state: AliasState, version: Row, wish: Wish) -> int:
    assert state.alias_id is not None
    assert state.policy is not None
    act.pending.end_all(Ending.BASELINE, alias_id=state.alias_id)
    payload: dict[str, Any] = {"replaced": state.holder["version"] if state.holder else None}
    payload |= {"digest": version["digest"], "policy_digest": state.policy["digest"]}
    where: dict[str, Any] = {"version": version["version"], "alias": state.name}
    routes = EndedRoutes.of(act, state)
    private = {"reason": wish.reason}
    event_id = act.record(EventType.ALIAS_OVERRIDDEN, payload | routes.said, **where, private=private)
    write_override(act, event_id)
    routes.write(act, event_id)
    return move(act, state, state.alias_id, event_id, version["id"], previous_id=state.baseline_id)
