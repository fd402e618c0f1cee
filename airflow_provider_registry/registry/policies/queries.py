"""Reading the policies of a model."""

from __future__ import annotations

from sqlalchemy import select

from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.models.queries import find_model
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policies.stored import read_stored
from airflow_provider_registry.registry.policies.tables import PolicyRow


def policies_in_force(core: Core, model_name: str) -> dict[str, Policy]:
    """The policies of a model's aliases, by alias, in the order of the names; see `Registry.policies`."""
    model = find_model(core, model_name)
    statement = (
        select(AliasRow.name, PolicyRow.body, PolicyRow.digest)
        .join(AliasRow, AliasRow.id == PolicyRow.alias_id)
        .where(AliasRow.model_id == model["id"], PolicyRow.to_at.is_(None))
        .order_by(AliasRow.folded)
    )
    return {row["name"]: read_stored(row["name"], row["body"], row["digest"]) for row in core.rows(statement)}
