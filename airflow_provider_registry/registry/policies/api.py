"""The registry's methods on policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_registry.errors import PolicyNotFoundError
from airflow_provider_registry.names import check_alias
from airflow_provider_registry.registry.aliases.state import read_state
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.models.queries import find_model
from airflow_provider_registry.registry.policies import acts
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policies.queries import policies_in_force


class PolicyMethods:
    """What a `Registry` does with policies."""

    _core: Core

    def set_policy(
        self,
        model_name: str,
        alias: str,
        policy: Mapping[str, Any] | Policy,
        *,
        reason: str = "",
        key: str | None = None,
    ) -> Policy:
        """Protect an alias: from now on it moves only through this policy. The version that holds it keeps it.

        Setting the policy that is in force already changes nothing.

        Parameters:
            policy: as in a policy file: gates, `requires`, and what it asks of people; see `policy.schema.json`.

        Raises:
            InvalidPolicyError: with every violation and its path.
            ModelNotFoundError: there is no such model.
            SupersededSinceError: this very act was done before (the same task, or the same key), and another policy is
                in force since.
        """
        parsed = Policy.parse(policy)
        acts.set_policy(self._core, model_name, alias, parsed, reason, key)
        return parsed

    def get_policy(self, model_name: str, alias: str) -> Policy:
        """The policy of an alias.

        Raises:
            PolicyNotFoundError: it has none.
        """
        model = find_model(self._core, model_name)
        state = read_state(self._core.ask, model["id"], check_alias(alias))
        if state.rules is None:
            locked = " It had one, and is locked until it gets another." if state.locked else ""
            raise PolicyNotFoundError(f"The alias {alias!r} of {model['name']!r} has no policy.{locked}")
        return state.rules

    def policies(self, model_name: str) -> dict[str, Policy]:
        """The policies of a model's aliases, by alias; an alias that is free, or locked, is left out.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        return policies_in_force(self._core, model_name)

    def remove_policy(self, model_name: str, alias: str, *, reason: str, key: str | None = None) -> None:
        """Take an alias's policy away. That does not free it: it stays locked until it gets another.

        Raises:
            PolicyNotFoundError: it has none.
        """
        acts.remove_policy(self._core, model_name, alias, reason, key)
