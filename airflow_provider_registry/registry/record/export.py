"""The record as it is kept: for those who verify it elsewhere, and for those who look at a part of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.models.queries import find_model, model_id_of
from airflow_provider_registry.registry.record.queries import event_of, select_events
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.views import Event

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """An event, with the exact bytes that were hashed.

    Attributes:
        seq: place in the model's record, from 1, without gaps.
        hash: sha256 of `body`.
        body: RFC 8785 JSON; it holds the hash of the event before it as `previous`, and the keyed digest of `private`.
        private: free text and persons, as canonical JSON; None once erased.
        private_key: key of that digest, an HMAC-SHA256; None once erased.
    """

    model_name: str
    seq: int
    hash: str
    body: bytes
    private: bytes | None
    private_key: bytes | None

    def as_mapping(self, *, private: bool = True) -> dict[str, Any]:
        """JSON-able; bodies are text, of which the UTF-8 was hashed, and keys hexadecimal.

        Parameters:
            private: with persons and free text; without them the chain can be verified all the same.
        """
        shown = {"model_name": self.model_name, "seq": self.seq, "hash": self.hash, "body": self.body.decode()}
        if not private:
            return shown
        said = None if self.private is None else self.private.decode()
        return {**shown, "private": said, "private_key": None if self.private_key is None else self.private_key.hex()}


def kept_events(core: Core, model_name: str) -> Iterator[KeptEvent]:
    """Every event of a model up to now, in order; see `Registry.export_record`."""
    model = find_model(core, model_name)
    columns = (EventRow.seq, EventRow.hash, EventRow.body, EventRow.private, EventRow.private_key)
    mine = select(*columns).where(EventRow.model_id == model["id"]).order_by(EventRow.seq).limit(_PAGE)
    return _pages(core, mine, model["name"])


def _pages(core: Core, statement: Any, name: str) -> Iterator[KeptEvent]:
    # Page by page, each again after a dropped connection: nothing is changed or removed before what was read.
    last = 0
    while rows := core.rows(statement.where(EventRow.seq > last)):
        last = rows[-1]["seq"]
        yield from (KeptEvent(name, **row) for row in rows)


def events_of(core: Core, model_name: str, first: int, limit: int) -> list[Event]:
    """Events of a model from a place on; see `Registry.model_events`."""
    model_id = model_id_of(core, model_name)
    mine = select_events().where(EventRow.model_id == model_id, EventRow.seq >= first)
    return [event_of(row) for row in core.rows(mine.order_by(EventRow.seq).limit(limit))]
