"""What callers see of deployments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_registry.registry.deployments.states import (
    LIVE_ACTUAL,
    LIVE_DESIRED,
    ActualState,
    DesiredState,
    meets,
)
from airflow_provider_registry.registry.deployments.words import stands


@dataclass(frozen=True, slots=True)
class Deployment:
    """How a target stands, or stood, over a half-open interval.

    Attributes:
        target: a place in the environment that runs one version of the model at a time.
        desired: what the target should do; None where nobody said.
        desired_version: with which version.
        actual: what it does; None where nobody said.
        actual_version: with which version: during a rollout, another than the desired one.
        url: where it answers; None where nobody said, or once erased.
        from_at: since when, inclusive, UTC.
        to_at: until when, exclusive, UTC; None where it stands so now.
        event: position in the model's record of the act that said so, from 1.
        by: who is said to have recorded it; empty once erased.
        reason: what was given as reason; empty where none was, or once erased.
    """

    model_name: str
    environment: str
    target: str
    desired: DesiredState | None
    desired_version: int | None
    actual: ActualState | None
    actual_version: int | None
    url: str | None
    from_at: datetime
    to_at: datetime | None
    event: int
    by: str
    reason: str

    @property
    def is_met(self) -> bool:
        """Whether what runs is what should run."""
        return meets(self.desired, self.desired_version, self.actual, self.actual_version)

    @property
    def has_failed(self) -> bool:
        """Whether the version that should run has failed there."""
        should = self.desired is DesiredState.RUNNING
        return should and self.actual is ActualState.FAILED and self.actual_version == self.desired_version

    def is_settled(self, version: int | None = None) -> bool:
        """Whether there is nothing more to wait for: what should run runs, or has failed.

        Parameters:
            version: the one that should; None for whichever it is.
        """
        return version in (None, self.desired_version) and (self.is_met or self.has_failed)

    @property
    def live_versions(self) -> frozenset[int]:
        """The versions that run there, or should: none of them can be archived."""
        found = {
            *((self.desired_version,) if self.desired in LIVE_DESIRED else ()),
            *((self.actual_version,) if self.actual in LIVE_ACTUAL else ()),
        }
        return frozenset(number for number in found if number is not None)

    def as_mapping(self) -> dict[str, Any]:
        """What a task hands on: small, JSON, the same on every retry."""
        return {
            "model_name": self.model_name,
            "environment": self.environment,
            "target": self.target,
            "desired": None if self.desired is None else self.desired.value,
            "desired_version": self.desired_version,
            "actual": None if self.actual is None else self.actual.value,
            "actual_version": self.actual_version,
            "url": self.url,
            "is_met": self.is_met,
            "since": self.from_at.isoformat(),
            "event": self.event,
        }

    def sentence(self) -> str:
        """How the target stands, in one sentence."""
        desired, actual = (self.desired, self.desired_version), (self.actual, self.actual_version)
        return f"{self.model_name}: {stands(self.target, self.environment, *desired, *actual)}."
