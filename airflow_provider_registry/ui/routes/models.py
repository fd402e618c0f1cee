"""Registered models. Their names may have a `/`, so they stand in the query and not in the path."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from airflow_provider_registry.ui.access import Reading
from airflow_provider_registry.ui.answers.models import DetailedModel, Holder, ListedModel, ModelPage
from airflow_provider_registry.ui.routes.parameters import Filter, ModelName, OrderBy, PageSize, PageToken

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
    listed = {model.name: ListedModel.model_validate(model) for model in page}
    named = [(model.name, alias) for model in page for alias in model.aliases]
    for holder in registry.holders(named).values():
        listed[holder.model_name].holders.append(Holder.model_validate(holder))
    return ModelPage(models=list(listed.values()), next_page_token=page.next_page_token)


@router.get("/model")
def get_model(registry: Reading, name: ModelName) -> DetailedModel:
    """A model, its policies, and what its aliases point at."""
    model = registry.get_model(name)
    holders = registry.holders([(model.name, alias) for alias in model.aliases]).values()
    policies = {alias: policy.as_mapping() for alias, policy in registry.policies(model.name).items()}
    listed = ListedModel.model_validate(model).model_dump(exclude={"holders"})
    return DetailedModel(**listed, holders=[Holder.model_validate(each) for each in holders], policies=policies)


@router.get("/model/history")
def get_history(registry: Reading, name: ModelName, alias: str | None = None) -> list[Holder]:
    """Every version that held an alias of a model, from when to when, who let it in and why; oldest first."""
    return [Holder.model_validate(each) for each in registry.history(name, alias)]


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
