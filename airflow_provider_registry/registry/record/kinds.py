"""The names by which people choose events: each event's type, and narrower names for what some of a type say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from airflow_provider_registry.event_types import EventType, NarrowKind
from airflow_provider_registry.registry.requests.states import RequestState
from airflow_provider_registry.registry.reviews.outcome import ReviewOutcome

if TYPE_CHECKING:
    from airflow_provider_registry.registry.record.views import Event

_BECAME = {
    RequestState.APPROVED: NarrowKind.REQUEST_APPROVED,
    RequestState.REJECTED: NarrowKind.REQUEST_REJECTED,
}

_SAID = {
    ReviewOutcome.KEEP: NarrowKind.REVIEW_KEEP,
    ReviewOutcome.REPLACE: NarrowKind.REVIEW_REPLACE,
    ReviewOutcome.RETIRE: NarrowKind.REVIEW_RETIRE,
}


def kinds_of(event: Event) -> tuple[str, ...]:
    """The names of an event: its type first, then the narrower ones.

    A request is approved by the decision that completed its approvals, by none after it, and by its opening where the
    policy asks nobody. A version is live when it begins to hold an alias, by whichever way.
    """
    return (event.type.value, *(kind.value for kind in _narrower(event)))


def _narrower(event: Event) -> Iterator[NarrowKind]:
    said = event.payload
    match event.type:
        case EventType.ALIAS_PROMOTED | EventType.ALIAS_ROLLED_BACK | EventType.ALIAS_OVERRIDDEN:
            if event.version is not None:  # past a policy, an alias can be emptied too
                yield NarrowKind.VERSION_LIVE
        case EventType.VERSION_VALIDATED:
            yield NarrowKind.VERSION_PASSED if said["passed"] else NarrowKind.VERSION_FAILED
        case EventType.REQUEST_OPENED if said["state"] == RequestState.APPROVED:
            yield NarrowKind.REQUEST_APPROVED
        case EventType.REQUEST_DECIDED:
            # The event tells of other requests too, which it ended: those came to a state for a reason of their own.
            mine = (moved for moved in said.get("requests", ()) if moved["request"] == said["request"])
            yield from (_BECAME[moved["state"]] for moved in mine)
        case EventType.ALIAS_REVIEWED:
            yield _SAID[said["outcome"]]
        case _:
            return
