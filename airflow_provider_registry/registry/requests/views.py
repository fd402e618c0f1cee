"""What callers see of promotion requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from airflow_provider_registry.registry.requests.states import RequestState, Verdict


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person decided on a request.

    Attributes:
        by: who is said to have decided; `(erased)` once erased.
        comment: what they wrote.
        via: the door through which it came; the policy may refuse some.
        authenticated: whether somebody checked that the person is who they say.
        counts: whether it is the person's last word, which alone counts.
        event: position in the model's record.
    """

    verdict: Verdict
    role: str
    by: str
    comment: str
    at: datetime
    via: str
    authenticated: bool
    counts: bool
    event: int

    def as_mapping(self) -> dict[str, Any]:
        """JSON-able."""
        names = ("verdict", "role", "by", "comment", "via", "authenticated", "counts", "event")
        return {**{name: getattr(self, name) for name in names}, "at": self.at.isoformat()}


@dataclass(frozen=True, slots=True)
class RequestStatus:
    """How a request stands: as much as somebody who waits for it needs.

    Attributes:
        request_id: what decisions name.
        ended_by: who ended it, where it has ended and somebody did; `(erased)` once erased.
        ended_why: how it ended and why, as a sentence; empty while it is pending.
        decided: position in the record of the newest decision on it; 0 where there is none.
    """

    request_id: int
    model_name: str
    version: int
    alias: str
    state: RequestState
    ended_by: str = ""
    ended_why: str = ""
    decided: int = 0

    @property
    def mark(self) -> str:
        """Changes with everything that happens to the request, and with the request itself."""
        return f"{self.request_id}:{self.state.value}:{self.decided}"

    def as_mapping(self) -> dict[str, Any]:
        """JSON-able."""
        names = ("request_id", "model_name", "version", "alias", "state", "ended_by", "ended_why", "decided", "mark")
        return {name: getattr(self, name) for name in names} | {"state": self.state.value}

    @classmethod
    def of_mapping(cls, mapping: Mapping[str, Any]) -> Self:
        """What `as_mapping` made a mapping of."""
        given = {name: value for name, value in mapping.items() if name != "mark"}
        return cls(**given | {"state": RequestState(mapping["state"])})

    def sentence(self) -> str:
        """How it stands, in one sentence."""
        return f"{_subject(self)} {self.ended_why or f'is {self.state.value}'}."


@dataclass(frozen=True, slots=True)
class PromotionRequest:
    """The wish to move a protected alias to a version, bound to exactly what was looked at.

    Attributes:
        request_id: what decisions name.
        digest: of the version's artifact.
        state: as it is now; expiry is computed.
        baseline_version: what held the alias last; None where nothing ever did.
        policy_digest: of the policy that asks for the approvals.
        report_digest: of the gate report that people look at; `decide(report=)` takes it.
        metrics_digest: of the metric rows that the gates read.
        requested_by: who is said to have asked.
        expires_at: from when on it is expired; None: never.
        decisions: in the order in which they were made.
        missing: how many approvals each role still lacks; empty once all are there.
        ended_at: when it came to a final state; None while it is pending.
        event: position of its opening in the model's record.
    """

    request_id: int
    model_name: str
    version: int
    digest: str
    alias: str
    state: RequestState
    baseline_version: int | None
    policy_digest: str
    report_id: int
    report_digest: str
    metrics_digest: str
    requested_by: str
    reason: str
    requested_at: datetime
    expires_at: datetime | None
    event: int
    decisions: tuple[Decision, ...] = ()
    missing: Mapping[str, int] = field(default_factory=dict)
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_why: str = ""

    @property
    def is_pending(self) -> bool:
        """Whether something may still come of it."""
        return self.state.is_pending

    @property
    def mark(self) -> str:
        """As that of `RequestStatus`."""
        return f"{self.request_id}:{self.state.value}:{self.decisions[-1].event if self.decisions else 0}"

    def as_mapping(self) -> dict[str, Any]:
        """What a task hands on, and what the CLI prints: JSON."""
        names = (
            *("request_id", "model_name", "version", "digest", "alias", "baseline_version", "policy_digest"),
            *("report_id", "report_digest", "metrics_digest", "requested_by", "reason", "event"),
            *("ended_by", "ended_why"),
        )
        times = ("requested_at", "expires_at", "ended_at")
        return {
            **{name: getattr(self, name) for name in names},
            **{name: (at := getattr(self, name)) and at.isoformat() for name in times},
            "state": self.state.value,
            "missing": dict(self.missing),
            "decisions": [decision.as_mapping() for decision in self.decisions],
        }

    def sentence(self) -> str:
        """How it stands, in one sentence."""
        what = _subject(self)
        if self.state is RequestState.OPEN:
            lacks = ", ".join(f"{count} of {role}" for role, count in self.missing.items())
            return f"{what} is open: approvals missing: {lacks}."
        if self.state is RequestState.APPROVED:
            return f"{what} is approved, and can be promoted."
        return f"{what} {self.ended_why}."


def _subject(request: RequestStatus | PromotionRequest) -> str:
    what = f"version {request.version} of {request.model_name} to become {request.alias}"
    return f"Request {request.request_id} for {what}"
