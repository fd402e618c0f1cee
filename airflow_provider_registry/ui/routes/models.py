"""Registered models. Their names may have a `/`, so they stand in the query and not in the path."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from airflow_provider_registry.registry import RegisteredModel, Registry
from airflow_provider_registry.ui.access import Reading
from airflow_provider_registry.ui.answers.models import (
    Completions,
    DetailedModel,
    GateInWords,
    Holder,
    LastGates,
    ListedModel,
    ModelPage,
)
from airflow_provider_registry.ui.routes.parameters import Begun, Filter, Limit, ModelName, OrderBy, PageSize, PageToken

router = APIRouter(tags=["Models"])


@router.get("/models")
def search_models(
    registry: Reading,
    filter: Filter = "",
    order_by: OrderBy = "",
    page_size: PageSize = 50,
    page_token: PageToken = None,
) -> ModelPage:
    """Models that a filter finds, by name unless `order_by` says otherwise, with what their aliases point at."""
    page = registry.search_models(filter, order_by=order_by, page_size=page_size, page_token=page_token)
    return ModelPage(models=_listed(registry, page.models), next_page_token=page.next_page_token)


@router.get("/models/completions")
def complete_filter_of_models(registry: Reading, text: Begun = "") -> Completions:
    """What could stand at the end of a filter of models that somebody is writing."""
    return Completions.model_validate(registry.complete_filter(text, of="models"))


@router.get("/model")
def get_model(registry: Reading, name: ModelName) -> DetailedModel:
    """A model, its policies, and what its aliases point at."""
    (listed,) = _listed(registry, [registry.get_model(name)])
    policies = registry.policies(listed.name)
    return DetailedModel(
        **dict(listed),
        policies={alias: policy.as_mapping() for alias, policy in policies.items()},
        gates={
            alias: [GateInWords.model_validate(gate) for gate in policy.gates] for alias, policy in policies.items()
        },
    )


@router.get("/model/history")
def get_history(
    registry: Reading,
    name: ModelName,
    alias: str | None = None,
    limit: Limit = 500,
    before: Annotated[datetime | None, Query(description="Go on before what came to hold it then.")] = None,
) -> list[Holder]:
    """What held an alias of a model last, from when to when, who let it in and why; oldest first."""
    return [Holder.model_validate(each) for each in registry.history(name, alias, limit=limit, before=before)]


@router.get("/model/alias-at")
def get_alias_at(
    registry: Reading,
    name: ModelName,
    alias: str,
    at: Annotated[datetime, Query(description="ISO 8601, with its zone.")],
) -> Holder | None:
    """Which version an alias pointed at, at a moment in the past; null where it pointed at none."""
    held = registry.alias_at(name, alias, at)
    return None if held is None else Holder.model_validate(held)


def _listed(registry: Registry, models: Sequence[RegisteredModel]) -> list[ListedModel]:
    """Models with what their aliases point at and what the gates said last: a statement each for all of them."""
    listed = {model.name: ListedModel.model_validate(model) for model in models}
    for holder in registry.holders((model.name, alias) for model in models for alias in model.aliases).values():
        listed[holder.model_name].holders.append(Holder.model_validate(holder))
    newest = [(model.name, model.latest_version) for model in models if model.latest_version]
    for (name, _), report in registry.newest_gate_reports(newest).items():
        listed[name].last_gates = LastGates.model_validate(report)
    return list(listed.values())
