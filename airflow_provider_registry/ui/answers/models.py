"""Registered models, and what their aliases point at and pointed at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from airflow_provider_registry.registry.policies.gate_kinds import Severity
from airflow_provider_registry.registry.reviews.outcome import ReviewOutcome
from airflow_provider_registry.ui.answers.base import Answer, Described


class Holder(Answer):
    """A version that held an alias, from `from_at` until `to_at`; it holds it now where that is null."""

    model_name: str
    alias: str
    version: int
    reference: str
    digest: str
    from_at: datetime
    to_at: datetime | None
    previous_version: int | None
    act: str = Field(description="What put it there: `alias.promoted`, `alias.overridden` or `alias.rolled_back`.")
    event: int = Field(description="Position of that act in the model's record.")
    by: str
    reason: str
    request: int | None = Field(description="The approved promotion request, where one was asked for.")
    review_due: datetime | None
    overdue: bool
    review: ReviewOutcome | None


class Model(Answer):
    """A registered model."""

    name: str
    team: str | None
    description: str
    latest_version: int
    aliases: Mapping[str, int] = Field(description="The number of the version that each alias points at.")
    protected: list[str] = Field(description="The aliases that have a policy or are locked.")
    metadata_schema: Mapping[str, Any] | None
    retention: Mapping[str, Any] | None
    created_at: datetime
    created_by: str


class LastGates(Answer):
    """What the gates said last of a version."""

    version: int
    alias: str
    passed: bool
    errored: bool
    created_at: datetime


class ListedModel(Model):
    """A model in a list, with what its aliases point at now."""

    holders: list[Holder] = Field(default_factory=list)
    last_gates: LastGates | None = Field(default=None, description="Of the newest version; null where none were asked.")


class Completions(Answer):
    """What could stand at the end of a filter."""

    start: int = Field(description="Offset of the word that each of them would take the place of.")
    words: list[str]


class ModelPage(Answer):
    """Some models, and where to go on."""

    models: list[ListedModel]
    next_page_token: str | None


class GateInWords(Answer):
    """What a gate of a policy asks."""

    text: str = Field(description="`auc at least 0.01 better than the baseline's`.")
    severity: Severity


class DetailedModel(ListedModel, Described):
    """A model by itself."""

    policies: Mapping[str, Mapping[str, Any]] = Field(description="As in a policy file, by alias.")
    gates: Mapping[str, list[GateInWords]] = Field(description="Those of each policy, by alias, in words.")
