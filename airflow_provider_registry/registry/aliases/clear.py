"""Emptying an alias; a protected one only past its policy."""

from __future__ import annotations

from typing import Any

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import AliasNotFoundError, InvalidInputError, ProtectedAliasError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import check_alias, check_model_name, check_text
from airflow_provider_registry.registry.aliases.override import may_override, write_override
from airflow_provider_registry.registry.aliases.state import AliasState, end, read_state
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.routes.ending import EndedRoutes


def clear_alias(core: Core, model_name: str, alias: str, reason: str, key: str | None) -> None:
    """Empty an alias; see `Registry.clear_alias`."""
    check_model_name(model_name)
    check_alias(alias)
    check_text("reason", reason)

    def work(act: Act) -> None:
        state = read_state(act.rows, act.model["id"], alias)
        state.refuse_locked(act.model["name"])
        rules = state.rules
        if rules is not None:
            _refuse_protected(act, state, rules, reason)
        if state.holder is None:
            raise AliasNotFoundError(f"The alias {alias!r} of {act.model['name']!r} points at no version now.")
        number = state.holder["version"]
        kind = EventType.ALIAS_CLEARED if rules is None else EventType.ALIAS_OVERRIDDEN
        payload = {} if rules is None else {"emptied": number, "policy_digest": rules.digest}
        version = number if rules is None else None
        routes = EndedRoutes.of(act, state)
        where: dict[str, Any] = {"version": version, "alias": state.name}
        event_id = act.record(kind, payload | routes.said, **where, private={"reason": reason})
        if rules is not None:
            write_override(act, event_id)
        routes.write(act, event_id)
        end(act, state, event_id)

    asked = Asked("clear_alias", model_name, sha256_of("clear"), alias=alias, key=key)
    core.acts.run(asked, work, _still_empty)


def _refuse_protected(act: Act, state: AliasState, rules: Policy, reason: str) -> None:
    refused = may_override(act, rules)
    if refused is not None:
        raise ProtectedAliasError(
            f"The alias {state.name!r} of {act.model['name']!r} is protected, and emptying it passes by its policy. "
            f"{refused} Roll back, or promote another version."
        )
    if not reason.strip():
        raise InvalidInputError(f"Emptying the protected {state.name!r} needs a reason, for those who read the record.")


def _still_empty(act: Act, event: Row) -> None:
    state = read_state(act.rows, act.model["id"], event["alias"])
    if state.holder is not None:
        act.superseded(event, f"The alias {state.name!r} was emptied")
