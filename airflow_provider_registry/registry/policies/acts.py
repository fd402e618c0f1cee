"""Setting and removing the policy of an alias."""

from __future__ import annotations

from sqlalchemy import insert, update

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import PolicyNotFoundError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import check_alias, check_text
from airflow_provider_registry.registry.aliases.state import AliasState, ensure_alias, read_state
from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.requests.states import Ending
from airflow_provider_registry.registry.routes.ending import EndedRoutes


def set_policy(core: Core, model_name: str, alias: str, policy: Policy, reason: str, key: str | None) -> None:
    """Set a policy; see `Registry.set_policy`."""
    check_alias(alias)
    check_text("reason", reason)
    policy.refuse_own_alias(alias)

    def work(act: Act) -> None:
        state = read_state(act.rows, act.model["id"], alias)
        if state.policy is not None and state.policy["digest"] == policy.digest:
            act.idle = True
            return
        alias_id = ensure_alias(act, state)
        act.pending.end_all(Ending.POLICY, alias_id=alias_id)
        payload = {"policy_digest": policy.digest, "before": _digest(state)}
        event_id = act.record(EventType.POLICY_SET, payload, alias=state.name, private={"reason": reason})
        _end(act, state)
        row = {"alias_id": alias_id, "digest": policy.digest, "body": policy.as_mapping(), "from_at": act.at}
        row["review_every"] = policy.review_seconds
        act.connection.execute(insert(PolicyRow).values(**row, set_by_event=event_id))

    def repeat(act: Act, event: Row) -> None:
        state = read_state(act.rows, act.model["id"], alias)
        if state.policy is None or state.policy["digest"] != policy.digest:
            act.superseded(event, f"The policy of {state.name!r} was set")

    core.acts.run(Asked("set_policy", model_name, policy.digest, alias=alias, key=key), work, repeat, ids=[AliasRow])


def remove_policy(core: Core, model_name: str, alias: str, reason: str, key: str | None) -> None:
    """Remove a policy; see `Registry.remove_policy`."""
    check_alias(alias)
    check_text("reason", reason)

    def work(act: Act) -> None:
        state = read_state(act.rows, act.model["id"], alias)
        if state.policy is None:
            raise PolicyNotFoundError(f"The alias {alias!r} of {act.model['name']!r} has no policy to remove.")
        act.pending.end_all(Ending.POLICY, alias_id=state.alias_id)
        routes = EndedRoutes.of(act, state)
        payload = {"before": _digest(state), **routes.said}
        event_id = act.record(EventType.POLICY_REMOVED, payload, alias=state.name, private={"reason": reason})
        routes.write(act, event_id)
        _end(act, state)

    def repeat(act: Act, event: Row) -> None:
        state = read_state(act.rows, act.model["id"], alias)
        if state.policy is not None:
            act.superseded(event, f"The policy of {state.name!r} was removed")

    asked = Asked("remove_policy", model_name, sha256_of("remove"), alias=alias, key=key)
    core.acts.run(asked, work, repeat)


def _end(act: Act, state: AliasState) -> None:
    if state.policy is not None:
        act.connection.execute(update(PolicyRow).where(PolicyRow.id == state.policy["id"]).values(to_at=act.at))


def _digest(state: AliasState) -> str | None:
    return state.policy["digest"] if state.policy is not None else None
