"""What callers see of the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.record.kinds import kinds_of
from airflow_provider_registry.registry.record.sentences import open_sentence, sentence

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

    def is_about(self, kind: str, alias: str | None = None) -> bool:
        """Whether this is an event of a kind, as `kinds_of` names them, and of an alias where one is named."""
        return kind in kinds_of(self) and (alias is None or fold(self.alias or "") == fold(alias))

    def facts(self) -> dict[str, Any]:
        """What is to know of it elsewhere: small JSON without free text or persons.

        Returns:
            model_name, version, digest, reference, alias, previous_version, event (its place in the model's record),
            type, kinds, at, and request where it is about one.
        """
        facts: dict[str, Any] = {
            "model_name": self.model_name,
            "version": self.version,
            "digest": self.payload.get("digest"),
            "reference": None if self.version is None else f"models:/{self.model_name}/{self.version}",
            "alias": self.alias,
            "previous_version": self.payload.get("replaced"),
            "event": self.seq,
            "type": self.type.value,
            "kinds": list(kinds_of(self)),
            "at": self.at.isoformat(),
        }
        return facts | ({"request": self.payload["request"]} if "request" in self.payload else {})

    @property
    def summary(self) -> str:
        """What was done to the model, in a sentence without persons and free text, which may leave the registry."""
        return open_sentence(self)

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
