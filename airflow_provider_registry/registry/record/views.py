"""What callers see of the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_registry.registry.record.events import EventType
from airflow_provider_registry.registry.record.sentences import sentence

# Stands where the name of a person was.
ERASED = "(erased)"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the record.

    Attributes:
        seq: place in the model's record, from 1, without gaps.
        payload: what the event says in the open.
        private: free text and persons; empty once erased.
        via: the door through which it came, one of `Via`.
        authenticated: whether somebody checked that the actor is who it says.
        task: the task that did it, by its dag_id, run_id, task_id, map_index, try_number; None outside tasks.
        hash: of the event, over the one before it.
        erased: the private part has been erased.
    """

    model_name: str
    seq: int
    type: EventType
    at: datetime
    version: int | None
    alias: str | None
    payload: Mapping[str, Any]
    private: Mapping[str, Any]
    via: str
    authenticated: bool
    task: Mapping[str, Any] | None
    hash: str
    erased: bool

    @property
    def by(self) -> str:
        """Who is said to have done it."""
        return str(self.private.get("actor", {}).get("name", "")) or ERASED

    @property
    def reason(self) -> str:
        """What was given as reason; empty where none was."""
        return str(self.private.get("reason", ""))

    def __str__(self) -> str:
        return sentence(self)


@dataclass(frozen=True, slots=True)
class EventPage:
    """Some events in order, and where to go on.

    Attributes:
        cursor: opaque; what to give as `after` for the events that come after these, also where there are none yet.
    """

    events: tuple[Event, ...]
    cursor: str

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)


@dataclass(frozen=True, slots=True)
class RecordHead:
    """How far a model's record goes: kept outside, it proves later that nothing before it was changed.

    Attributes:
        count: number of events.
        hash: of the last one; empty where there is none.
    """

    model_name: str
    count: int
    hash: str

    def as_mapping(self) -> dict[str, Any]:
        """JSON-able."""
        return {"model_name": self.model_name, "count": self.count, "hash": self.hash}
