"""The registry as a policy file says it: what `apply` takes, so that it changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from airflow_provider_registry.registry.registry import Registry


def as_policy_file(registry: Registry, model_names: Iterable[str]) -> dict[str, Any]:
    """The policy file of some models: what is said of them, every policy in force, their webhooks and retention.

    Groups that are the same in all policies that name them stand at the top, others in their policies.
    """
    models = {}
    for name in model_names:
        model = registry.get_model(name)
        said = {"team": model.team, "description": model.description, "metadata_schema": model.metadata_schema}
        policies = {alias: policy.as_mapping() for alias, policy in registry.policies(name).items()}
        told: dict[str, Any] = {key: value for key, value in said.items() if value not in (None, "")}
        webhooks = [webhook.as_mapping() for webhook in registry.webhooks(name)]
        told |= ({"aliases": policies} if policies else {}) | ({"webhooks": webhooks} if webhooks else {})
        retention = registry.retention(name)
        told |= {"retention": retention.as_mapping()} if retention else {}
        models[model.name] = told
    groups = _lifted([policy for model in models.values() for policy in model.get("aliases", {}).values()])
    return ({"groups": groups} if groups else {}) | {"models": models}


def _lifted(policies: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Take the groups that all policies agree on out of them."""
    policies = list(policies)
    every = [(name, users) for policy in policies for name, users in policy.get("groups", {}).items()]
    differ = {name for name, users in every if users != dict(every)[name]}
    for policy in policies:
        own: Mapping[str, Any] = policy.pop("groups", {})
        if kept := {name: users for name, users in own.items() if name in differ}:
            policy["groups"] = kept
    return {name: users for name, users in sorted(every, key=lambda group: group[0]) if name not in differ}
