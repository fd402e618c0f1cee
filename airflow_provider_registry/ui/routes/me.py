"""Who is asking, and what they may do."""

from __future__ import annotations

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter
from pydantic import BaseModel, Field

from airflow_provider_registry.hooks import settings
from airflow_provider_registry.ui.access import rights_of
from airflow_provider_registry.ui.rights import Right

router = APIRouter(tags=["Me"])


class Me(BaseModel):
    """The user who is logged in."""

    id: str = Field(description="Empty where nobody is logged in, and Airflow lets them in all the same.")
    name: str
    rights: list[Right] = Field(description="By Airflow's auth manager; a policy may ask for more.")
    registries: list[str] = Field(description="The connections whose registries may be named by `registry`.")


@router.get("/me")
def get_me(user: GetUserDep) -> Me:
    """The user who is logged in, and what they may do here."""
    return Me(
        id=str(user.get_id() or ""), name=user.get_name(), rights=rights_of(user), registries=settings.ui_connections()
    )
