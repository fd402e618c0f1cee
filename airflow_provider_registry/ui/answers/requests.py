"""Promotion requests, and what people decided on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import Field

from airflow_provider_registry.registry.requests.states import RequestState, Verdict
from airflow_provider_registry.ui.answers.base import Answer


class Decision(Answer):
    """What one person decided; only their last word counts."""

    verdict: Verdict
    role: str
    by: str
    comment: str
    at: datetime
    via: str
    authenticated: bool
    counts: bool
    event: int


class Standing(Answer):
    """Whether the user who is logged in may decide, as the policy has it; Airflow's rights come on top."""

    roles: list[str] = Field(description="Of the policy, in which they may; none where they may not.")
    refusal: str = Field(description="Why they may not, as a sentence; empty where they may.")
    waits: bool = Field(description="An approval is missing that is theirs to give, and that they have not given.")


class Request(Answer):
    """The wish to move a protected alias to a version."""

    request_id: int
    model_name: str
    version: int
    digest: str
    alias: str
    state: RequestState
    is_pending: bool
    baseline_version: int | None
    policy_digest: str
    report_id: int
    report_digest: str = Field(description="Of the gate report that a person looks at; a decision names it.")
    requested_by: str
    reason: str
    requested_at: datetime
    expires_at: datetime | None
    decisions: list[Decision]
    missing: Mapping[str, int] = Field(description="How many approvals each role still lacks.")
    ended_at: datetime | None
    ended_by: str
    ended_why: str
    event: int
    standing: Standing | None = Field(default=None, description="Null where the request is not pending any more.")
