"""People, policies that ask them, and registries on their behalf."""

from __future__ import annotations

from typing import Any

from airflow_provider_registry.registry import Actor, Caller, Registry
from airflow_provider_registry.registry.caller import Via
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.requests.views import PromotionRequest
from tests.support.kernel import FLOOR, World

LEAD = {"role": "ml-lead", "users": ["ana", "bo"]}
RISK = {"role": "risk", "users": ["cy", "ana"]}


def person(name: str, subject: str | None = None, via: Via = Via.UI, issuer: str = "airflow:one") -> Caller:
    """A person of Airflow's login: the simple auth manager gives the name as the id, FAB a number."""
    return Caller(Actor(issuer, subject or name, name), via, authenticated=via is Via.UI)


def by(world: World, who: str | Caller) -> Registry:
    """The world's registry as a person uses it."""
    return world.registry.acting_as(person(who) if isinstance(who, str) else who)


def asks(*roles: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A policy with one gate and these roles."""
    return {**FLOOR, "approvals": list(roles or (LEAD,)), **more}


def policy_of(*roles: dict[str, Any], **more: Any) -> Policy:
    """The same, parsed."""
    return Policy.parse(asks(*roles, **more))


def protect(world: World, *roles: dict[str, Any], versions: int = 2, **more: Any) -> World:
    """Some versions that pass, and a policy that asks people."""
    world.versions(*(0.81 + number / 100 for number in range(versions)))
    world.registry.set_policy("churn", "production", asks(*roles, **more))
    return world


def ask(world: World, version: int = 1, **more: Any) -> PromotionRequest:
    """Ask that a version become production."""
    return world.registry.request_promotion("churn", version, "production", **more)


def approve(world: World, who: str | Caller, request: PromotionRequest, **more: Any) -> PromotionRequest:
    """Approve a request as a person."""
    return by(world, who).decide(request.request_id, verdict="approve", **more)


def reject(world: World, who: str | Caller, request: PromotionRequest, **more: Any) -> PromotionRequest:
    """Reject a request as a person."""
    return by(world, who).decide(request.request_id, verdict="reject", **more)


def now(world: World, request: PromotionRequest) -> PromotionRequest:
    """The request as it stands."""
    return world.registry.get_request(request.request_id)


def last_event(world: World) -> Any:
    """The newest event of the model."""
    return list(world.registry.events(model_name="churn"))[-1]


def said_of(world: World, request: PromotionRequest) -> list[tuple[str, str | None]]:
    """What the record's events say became of a request, and why, in order."""
    events = world.registry.events(model_name="churn")
    moves = (moved for event in events for moved in event.payload.get("requests", ()))
    return [(moved["state"], moved.get("why")) for moved in moves if moved["request"] == request.request_id]


def pending_count(world: World) -> int:
    """How many pending requests the model's row counts."""
    from sqlalchemy import select

    from airflow_provider_registry.registry.models.tables import ModelRow

    with world.registry.engine.connect() as connection:
        return connection.execute(select(ModelRow.pending_requests)).scalar_one()
