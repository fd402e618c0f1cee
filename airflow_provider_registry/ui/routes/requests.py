"""Promotion requests, and what people decide on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, status
from pydantic import BaseModel, Field

from airflow_provider_registry.references import MAX_VERSION
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.requests.states import RequestState, Verdict
from airflow_provider_registry.registry.requests.views import PromotionRequest
from airflow_provider_registry.ui.access import Administering, Deciding, Reading
from airflow_provider_registry.ui.answers.requests import Request, Standing
from airflow_provider_registry.ui.routes.parameters import Key, Limit

router = APIRouter(tags=["Requests"])


class Wanted(BaseModel):
    """What is asked for."""

    reference: str = Field(description="The version: `models:/churn/3`.")
    alias: str
    reason: str = ""
    allow_older: bool = Field(default=False, description="Let a version of older data than the live one's ask.")


class Said(BaseModel):
    """What a person decides."""

    verdict: Verdict
    role: str | None = Field(default=None, description="Of the policy; null for the only one that the person has.")
    comment: str = ""
    report: str = Field(description="`report_digest` of the request as the person saw it; refused where it moved on.")


class Why(BaseModel):
    """A reason, for the record."""

    reason: str = Field(min_length=1)


@router.get("/requests")
def list_requests(
    registry: Reading,
    model: str | None = None,
    alias: str | None = None,
    version: Annotated[int | None, Query(ge=1, le=MAX_VERSION)] = None,
    state: Annotated[list[RequestState] | None, Query(description="As they are now; all where none is named.")] = None,
    limit: Limit = 100,
) -> list[Request]:
    """Promotion requests, the newest first."""
    return _told(registry, registry.requests(model, alias=alias, version=version, state=state, limit=limit))


@router.get("/requests/{request_id}")
def get_request(registry: Reading, request_id: int) -> Request:
    """A promotion request, with what people decided on it."""
    return _told(registry, [registry.get_request(request_id)])[0]


@router.post("/requests", status_code=status.HTTP_201_CREATED)
def request_promotion(registry: Administering, wanted: Wanted, key: Key = None) -> Request:
    """Ask that a protected alias be moved to a version; the gates must pass. Asked again, the same request is found."""
    opened = registry.request_promotion(
        None, wanted.reference, wanted.alias, reason=wanted.reason, allow_older=wanted.allow_older, key=key
    )
    return _told(registry, [opened])[0]


@router.post("/requests/{request_id}/decisions")
def decide(registry: Deciding, request_id: int, said: Said, key: Key = None) -> Request:
    """Approve or reject, as the user who is logged in: the policy says whether they may, and in which role."""
    return _told(registry, [registry.decide(request_id, **dict(said), key=key)])[0]


@router.post("/requests/{request_id}/withdrawal")
def withdraw(registry: Deciding, request_id: int, why: Why, key: Key = None) -> Request:
    """Take a pending request back."""
    return _told(registry, [registry.withdraw(request_id, reason=why.reason, key=key)])[0]


def _told(registry: Registry, found: Sequence[PromotionRequest]) -> list[Request]:
    """Requests, with how the user stands to those that are pending."""
    standings = registry.standings(request.request_id for request in found if request.is_pending)
    told = [Request.model_validate(request) for request in found]
    for request in told:
        if (standing := standings.get(request.request_id)) is not None:
            request.standing = Standing.model_validate(standing)
    return told
