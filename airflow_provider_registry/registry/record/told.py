"""What an event says, read once from its stored bytes, and heard by all that compare tables with the record."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Collection
from typing import Any, ClassVar, NamedTuple

import msgspec
from sqlalchemy import Connection

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.record.contradiction import Fail


class Told(NamedTuple):
    """An event whose place in the chain, and whose columns, have been checked.

    Attributes:
        id: its place in the record of all models.
        at: as `chain.moment` writes it.
        model_name: what the model was called then.
        payload_bytes: canonical JSON.
        private_bytes: canonical JSON; None once erased.
    """

    id: int
    seq: int
    type: str
    at: str
    version: int | None
    alias: str | None
    model_name: str
    payload_bytes: bytes
    private_bytes: bytes | None

    def payload(self) -> dict[str, Any]:
        """What it says in the open."""
        said: dict[str, Any] = json.loads(self.payload_bytes)
        return said

    def private(self) -> dict[str, Any] | None:
        """Its free text and persons; None once erased."""
        return None if self.private_bytes is None else json.loads(self.private_bytes)


class Check(ABC):
    """Compares some tables with what the record says of them: it hears every event first, in their order.

    Parameters:
        fail: says that they contradict it.

    Attributes:
        what: the rows that it reads, in the plural.
        hears: the types of the events that it is told of.
    """

    what: ClassVar[str]
    hears: ClassVar[Collection[EventType]] = ()

    def __init__(self, fail: Fail) -> None:
        self._fail = fail

    def hear(self, told: Told) -> None:  # noqa: B027  # some tables are compared without
        """Take in what an event says; fails where no act could have said it then."""

    @abstractmethod
    def check(self, connection: Connection, model_id: int) -> None:
        """Fail where the tables show something else than was heard.

        Parameters:
            connection: a transaction that sees the same moment as that in which the events were read.
        """


class SaidModel(msgspec.Struct):
    """The model that an event names."""

    id: int
    name: str


class Said(msgspec.Struct):
    """The parts of an event's body that every event has."""

    seq: int
    format: Any
    previous: str
    private: str
    model: SaidModel
    version: int | None
    alias: str | None
    act_key: str
    fingerprint: str
    type: str
    at: str
    payload: msgspec.Raw


# json.loads takes six times as long, of which most is for the payload, that few need.
read_body = msgspec.json.Decoder(Said).decode
