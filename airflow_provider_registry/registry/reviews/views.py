"""What callers see of reviews: what is due, and what was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_registry.registry.reviews.outcome import ReviewOutcome


@dataclass(frozen=True, slots=True)
class DueReview:
    """A version that holds an alias, and is to be looked at again.

    Attributes:
        since: when it got the alias, UTC.
        due_at: from when on it is due, UTC.
        overdue: whether that was so when this was read.
        roles: of the policy, in which people review; empty: anybody may.
        review: the newest outcome that was recorded while it held the alias; None where nobody has looked yet.
        reviewed_at: when that was.
    """

    model_name: str
    alias: str
    version: int
    digest: str
    since: datetime
    due_at: datetime
    overdue: bool
    roles: tuple[str, ...] = ()
    review: ReviewOutcome | None = None
    reviewed_at: datetime | None = None

    @property
    def answered(self) -> bool:
        """Whether people have looked since it became due, and want another version, or none: it waits to be moved."""
        return self.reviewed_at is not None and self.reviewed_at >= self.due_at

    @property
    def reference(self) -> str:
        """The version by its number."""
        return f"models:/{self.model_name}/{self.version}"

    def as_mapping(self) -> dict[str, Any]:
        """What a task hands on: small, JSON."""
        names = ("model_name", "alias", "version", "digest", "reference", "overdue", "answered")
        return {
            **{name: getattr(self, name) for name in names},
            "since": self.since.isoformat(),
            "due_at": self.due_at.isoformat(),
            "roles": list(self.roles),
            "review": self.review and self.review.value,
            "reviewed_at": self.reviewed_at and self.reviewed_at.isoformat(),
        }

    def sentence(self) -> str:
        """How it stands, in one sentence."""
        verb = "was" if self.overdue else "is"
        said = f", and people said {self.review.value}" if self.review and self.answered else ""
        what = f"Version {self.version} of {self.model_name}, which holds {self.alias},"
        return f"{what} {verb} due for review on {self.due_at:%Y-%m-%d %H:%M} UTC{said}."


@dataclass(frozen=True, slots=True)
class Review:
    """What a person said of a version that held an alias.

    Attributes:
        role: of the policy, in which they said it; empty where that asks for none.
        by: who is said to have looked; `(erased)` once erased.
        reason: what they wrote; empty where they wrote nothing, or once erased.
        at: when it was recorded, UTC.
        via: the door through which it came.
        authenticated: whether somebody checked that the person is who they say.
        event: position of the act in the model's record.
    """

    model_name: str
    alias: str
    version: int
    outcome: ReviewOutcome
    role: str
    by: str
    reason: str
    at: datetime
    via: str
    authenticated: bool
    event: int

    @property
    def reference(self) -> str:
        """The version by its number."""
        return f"models:/{self.model_name}/{self.version}"

    def as_mapping(self) -> dict[str, Any]:
        """What a task hands on: small, JSON, the same on every retry; who said it and why stays in the registry."""
        names = ("model_name", "alias", "version", "reference", "role", "event")
        return {
            **{name: getattr(self, name) for name in names},
            "outcome": self.outcome.value,
            "at": self.at.isoformat(),
        }

    def sentence(self) -> str:
        """What was said, in one sentence."""
        said = f" as {self.role}" if self.role else ""
        because = f": {self.reason}" if self.reason else ""
        what = f"version {self.version} of {self.model_name} as {self.alias}"
        return f"{self.by} reviewed {what}{said} and said {self.outcome.value}{because}."
