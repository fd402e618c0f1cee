"""Emptying a free alias."""

from __future__ import annotations

from sqlalchemy import RowMapping

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import AliasNotFoundError, ProtectedAliasError
from airflow_provider_registry.names import check_alias, check_model_name, check_text
from airflow_provider_registry.registry.aliases.state import end, read_state
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.record.events import EventType


def clear_alias(core: Core, model_name: str, alias: str, reason: str, key: str | None) -> None:
    """Empty a free alias; see `Registry.clear_alias`."""
    check_model_name(model_name)
    check_alias(alias)
    check_text("reason", reason)

    def work(act: Act) -> None:
        state = read_state(act.connection, act.model["id"], alias)
        state.refuse_locked(act.model["name"])
        if state.policy is not None:
            raise ProtectedAliasError(
                f"The alias {alias!r} of {act.model['name']!r} is protected: emptying it would pass by its policy. "
                "Roll back, or promote another version."
            )
        if state.holder is None:
            raise AliasNotFoundError(f"The alias {alias!r} of {act.model['name']!r} points at no version now.")
        number = state.holder["version"]
        event_id = act.record(EventType.ALIAS_CLEARED, {}, version=number, alias=state.name, private={"reason": reason})
        end(act, state, event_id)

    asked = Asked("clear_alias", model_name, sha256_of("clear"), alias=alias, key=key)
    core.acts.run(asked, work, _still_empty)


def _still_empty(act: Act, event: RowMapping) -> None:
    state = read_state(act.connection, act.model["id"], event["alias"])
    if state.holder is not None:
        act.superseded(event, f"The alias {state.name!r} was emptied")
