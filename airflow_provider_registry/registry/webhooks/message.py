"""An event as it is sent: plain JSON of what the record says in the open (rule 9).

Persons and free text are never sent: whoever received them could not be made to erase them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_registry.canonical import canonical_json
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.views import Event

TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted.

    Attributes:
        id: the same each time the event is sent, and no other's.
        body: JSON in UTF-8.
    """

    id: str
    body: bytes


def message_of(event: Event) -> Message:
    """The message of an event."""
    said = {
        **event.facts(),
        "text": event.summary,
        "via": event.via,
        "authenticated": event.authenticated,
        "task": event.task,
        "payload": event.payload,
        "hash": event.hash,
    }
    # The hash is over the model, the place and the moment, so no two events of any registries have one.
    return Message(f"evt_{event.hash}", _body(event.type.value, event.at, said))


def trial_message(model_name: str, at: datetime) -> Message:
    """A message that is of no event, to see whether it arrives."""
    said = {"kinds": [TEST], "model_name": model_name, "text": f"{model_name}: this is a test of its webhook."}
    return Message(f"test_{uuid.uuid4().hex}", _body(TEST, at, said))


def _body(kind: str, at: datetime, said: dict[str, Any]) -> bytes:
    return canonical_json({"type": kind, "timestamp": moment(at), "data": said})
