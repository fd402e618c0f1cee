"""The states of a promotion request, and which lead to which: one table, as the design page has it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class RequestState(StrEnum):
    """How a promotion request stands."""

    OPEN = "open"
    APPROVED = "approved"
    PROMOTED = "promoted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    INVALIDATED = "invalidated"

    @property
    def is_pending(self) -> bool:
        """Whether something may still come of it; the other states are final and never reopen."""
        return bool(TRANSITIONS[self])

    def leads_to(self, state: RequestState) -> bool:
        """Whether an act may move a request on to this state."""
        return state in TRANSITIONS[self]


_ENDS = frozenset(
    {
        RequestState.REJECTED,
        RequestState.WITHDRAWN,
        RequestState.EXPIRED,
        RequestState.SUPERSEDED,
        RequestState.INVALIDATED,
    }
)

TRANSITIONS: Mapping[RequestState, frozenset[RequestState]] = {
    RequestState.OPEN: _ENDS | {RequestState.APPROVED},
    RequestState.APPROVED: _ENDS | {RequestState.PROMOTED},
    RequestState.PROMOTED: frozenset(),
    RequestState.REJECTED: frozenset(),
    RequestState.WITHDRAWN: frozenset(),
    RequestState.EXPIRED: frozenset(),
    RequestState.SUPERSEDED: frozenset(),
    RequestState.INVALIDATED: frozenset(),
}

PENDING = tuple(state for state in RequestState if state.is_pending)


class Ending(StrEnum):
    """Why an act ended a request that it was not about."""

    POLICY = "policy"
    BASELINE = "baseline"
    EVIDENCE = "evidence"
    GATES = "gates"
    ARCHIVED = "archived"
    NEWER = "newer"
    TIME = "time"

    @property
    def words(self) -> str:
        """The reason as the end of a sentence."""
        return _WORDS[self]


_WORDS = {
    Ending.POLICY: "the policy of the alias changed",
    Ending.BASELINE: "the alias moved to another version",
    Ending.EVIDENCE: "what its gates read is not what it was",
    Ending.GATES: "its gates do not pass any more",
    Ending.ARCHIVED: "the version was archived",
    Ending.NEWER: "a newer request took its place",
    Ending.TIME: "its time ran out",
}


class Verdict(StrEnum):
    """What a person decides."""

    APPROVE = "approve"
    REJECT = "reject"
