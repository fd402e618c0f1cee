"""The record of a model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from pydantic import Field

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.record import views
from airflow_provider_registry.ui.answers.base import Answer


class Event(Answer):
    """One event of the record."""

    model_name: str
    seq: int
    type: EventType
    at: datetime
    version: int | None
    alias: str | None
    by: str
    reason: str
    sentence: str = Field(description="What happened, for people to read.")
    payload: Mapping[str, Any]
    via: str
    authenticated: bool
    task: Mapping[str, Any] | None
    hash: str
    erased: bool

    @classmethod
    def of(cls, event: views.Event) -> Self:
        """An event, with its sentence."""
        named = {name: getattr(event, name) for name in cls.model_fields if name != "sentence"}
        return cls(**named, sentence=str(event))


class Events(Answer):
    """Some events of a model."""

    events: list[Event]
    next: int | None = Field(description="The `first` of those that follow; null where there are none.")


class Verification(Answer):
    """Whether a model's record, and all that stands beside it, is what was written."""

    verified: bool
    count: int | None = Field(default=None, description="Events that were verified.")
    hash: str | None = Field(default=None, description="Of the last one: kept outside, it proves that nothing changed.")
    problem: str | None = Field(default=None, description="What was found, where it does not verify.")
