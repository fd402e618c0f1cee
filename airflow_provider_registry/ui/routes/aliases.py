"""Moving aliases."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from airflow_provider_registry.ui.access import Administering
from airflow_provider_registry.ui.answers.models import Holder
from airflow_provider_registry.ui.routes.parameters import Key

router = APIRouter(tags=["Aliases"])


class Promotion(BaseModel):
    """Which version an alias is to point at."""

    reference: str = Field(description="`models:/churn/3`.")
    alias: str
    reason: str = ""
    request: int | None = Field(default=None, description="To commit; null for whichever is pending.")
    allow_older: bool = Field(default=False, description="Let a version of older data take the alias.")


class Retreat(BaseModel):
    """Which alias is to point at an earlier holder again."""

    model_name: str
    alias: str
    reason: str = Field(min_length=1)
    to: int | None = Field(default=None, description="The number of an earlier holder; null for the one before.")


@router.post("/promotions")
def promote(registry: Administering, wanted: Promotion, key: Key = None) -> Holder:
    """Point an alias at a version: a free one just moves, a protected one moves through its policy.

    Where the policy asks for approvals and none are there, a request is opened, and the problem says so.
    """
    asked = wanted.model_dump(include={"reason", "request", "allow_older"})
    return Holder.model_validate(registry.promote(None, wanted.reference, wanted.alias, **asked, key=key))


@router.post("/rollbacks")
def rollback(registry: Administering, wanted: Retreat, key: Key = None) -> Holder:
    """Point an alias back at a version that held it before."""
    held = registry.rollback(wanted.model_name, wanted.alias, reason=wanted.reason, to=wanted.to, key=key)
    return Holder.model_validate(held)
