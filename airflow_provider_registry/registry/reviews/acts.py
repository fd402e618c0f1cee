"""Recording what a person says of the version that holds an alias."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import (
    AliasNotFoundError,
    NotAllowedError,
    PolicyNotFoundError,
    StaleReviewError,
)
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import check_alias, check_text
from airflow_provider_registry.registry.aliases.state import AliasState, read_state
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row, insertion
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.requests.admission import named_role, only_role, refuse_door, refuse_role
from airflow_provider_registry.registry.reviews.outcome import ReviewOutcome
from airflow_provider_registry.registry.reviews.queries import BY_EVENT, view
from airflow_provider_registry.registry.reviews.tables import ReviewRow
from airflow_provider_registry.registry.reviews.views import Review


@dataclass(frozen=True)
class Looked:
    """What a person says.

    Attributes:
        role: None for the only one in which they may review.
        version: number of the version that they looked at; None for whichever holds the alias.
    """

    outcome: ReviewOutcome
    role: str | None
    reason: str
    version: int | None


def record_review(core: Core, model_name: str, alias: str, looked: Looked, key: str | None) -> Review:
    """Record a review; see `Registry.record_review`."""
    check_alias(alias)
    check_text("reason", looked.reason)
    if looked.role is not None:
        check_text("role", looked.role)
    actor, found = core.caller.actor, dict[str, AliasState]()

    def fingerprint(act: Act) -> str:
        state = found["now"] = _held(act, alias, looked)
        said = [looked.outcome.value, looked.role, actor.issuer, actor.subject]
        return sha256_of([state.baseline_id, *said])

    def work(act: Act) -> Review:
        return _record(act, found["now"], looked)

    def repeat(act: Act, event: Row) -> Review:
        """What was said stays said: of the same assignment, by the same person, by the same key."""
        return view(act.rows(BY_EVENT, event_id=event["id"])[0])

    return core.acts.run(Asked("review", model_name, alias=alias, key=key), work, repeat, fingerprint)


def _held(act: Act, alias: str, looked: Looked) -> AliasState:
    """How the alias stands, if a version that was looked at holds it.

    Raises:
        AliasNotFoundError: none does.
        StaleReviewError: another does.
    """
    state = read_state(act.rows, act.model["id"], alias)
    state.refuse_locked(act.model["name"])
    what = f"{state.name!r} of {act.model['name']!r}"
    if state.holder is None:
        raise AliasNotFoundError(f"The alias {what} points at no version now, so there is nothing to review.")
    if looked.version not in (None, state.holder["version"]):
        raise StaleReviewError(
            f"You looked at version {looked.version}, and version {state.holder['version']} holds {what} now: nothing "
            "was recorded."
        )
    return state


def _record(act: Act, state: AliasState, looked: Looked) -> Review:
    assert state.holder is not None
    role = _admit(act, state, looked.role)
    payload: dict[str, Any] = {"assignment": state.holder["id"], "outcome": looked.outcome.value, "role": role}
    where: dict[str, Any] = {"version": state.holder["version"], "alias": state.name}
    event_id = act.record(EventType.ALIAS_REVIEWED, payload, **where, private={"reason": looked.reason})
    row = {"event_id": event_id, "assignment_id": state.holder["id"], "outcome": looked.outcome, "role": role}
    act.batch.write(_INSERT, **row, created_at=act.at)
    return Review(
        model_name=act.model["name"],
        **where,
        outcome=looked.outcome,
        role=role,
        by=act.caller.actor.name,
        reason=looked.reason,
        at=act.at,
        via=act.caller.via.value,
        authenticated=act.caller.authenticated,
        event=act.head["head_seq"],
    )


def _admit(act: Act, state: AliasState, role: str | None) -> str:
    """The role in which the person reviews; empty where the policy asks for no approvals, and so anybody may.

    Raises:
        NotAllowedError: they may not, or not by this door.
        PolicyNotFoundError: the alias is free, so nobody is named.
    """
    policy = state.rules
    if policy is None:
        raise PolicyNotFoundError(
            f"The alias {state.name!r} of {act.model['name']!r} is free: a policy would say who reviews it."
        )
    refusal = refuse_door(policy, act.caller)
    mine = "" if refusal else _role(act, policy, role)
    if policy.approvals:
        refusal = refusal or refuse_role(policy, act.caller, mine)
    if refusal is not None:
        raise NotAllowedError(
            f"The review of {state.name!r} of {act.model['name']!r} was not recorded. {refusal.sentence}"
        )
    return mine


def _role(act: Act, policy: Policy, role: str | None) -> str:
    return named_role(policy, role) if role else only_role(policy, act.caller)


_INSERT = insertion(ReviewRow)
