"""The registry's methods on the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.messages import shown
from airflow_provider_registry.references import MAX_VERSION
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.limits import LARGEST, check_flag, check_whole
from airflow_provider_registry.registry.models.queries import find_model
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.erase import erase_event
from airflow_provider_registry.registry.record.export import KeptEvent, events_of, kept_events
from airflow_provider_registry.registry.record.feed import read_events
from airflow_provider_registry.registry.record.found import FoundEvents, Wanted, find_events, read_types
from airflow_provider_registry.registry.record.readers import advance, position_of
from airflow_provider_registry.registry.record.verify import verify_record
from airflow_provider_registry.registry.record.views import Event, EventPage, RecordHead

_PAGE = 10_000


class RecordMethods:
    """What a `Registry` does with the record."""

    _core: Core

    def events(self, after: str | int = 0, *, model_name: str | None = None, limit: int = 1_000) -> EventPage:
        """Events in order, those of each model in the order of its acts; none is ever skipped.

        An event that a slower transaction commits late comes in a later page, though its place is an earlier one.

        Parameters:
            after: 0 for the beginning, or the cursor of an earlier page of the same reader.
            model_name: of this model alone.
            limit: at most so many, from 1 to 10,000.

        Raises:
            InvalidInputError: the limit is out of bounds.
            InvalidCursorError: `after` is no cursor.
            ModelNotFoundError: there is no such model.
        """
        return read_events(self._core, after, model_name, check_whole("limit", limit, _PAGE))

    def model_events(self, model_name: str, *, first: int = 1, limit: int = 1_000) -> list[Event]:
        """Events of one model by their place in its record, in order.

        Parameters:
            first: the place to begin at, from 1.
            limit: at most so many, from 1 to 10,000.

        Raises:
            InvalidInputError: `first` or `limit` is out of bounds.
            ModelNotFoundError: there is no such model.
        """
        return events_of(self._core, model_name, check_whole("first", first), check_whole("limit", limit, _PAGE))

    def find_events(
        self,
        model_name: str,
        *,
        types: Iterable[EventType | str] | EventType | str | None = None,
        version: int | None = None,
        alias: str | None = None,
        first: int | None = None,
        newest_first: bool = False,
        limit: int = 100,
    ) -> FoundEvents:
        """Events of one model of some types, of a version, or of an alias, from either end of its record.

        A page goes through 10,000 events at most, so it may have fewer than it was asked for, or none, with more to
        follow: only where `next` is None is it the last.

        Parameters:
            types: such as `alias.promoted`; None for all.
            version: those that concern this number alone.
            alias: those that concern this alias alone.
            first: the place to begin at; None for the beginning, or for the end where the newest come first.
            newest_first: go back from there, and not on.
            limit: at most so many, from 1 to 10,000.

        Raises:
            InvalidInputError: there is no such type, or a number is out of bounds.
            ModelNotFoundError: there is no such model.
        """
        number = None if version is None else check_whole("version", version, MAX_VERSION)
        begin = None if first is None else check_whole("first", first)
        wanted = Wanted(read_types(types), number, alias)
        back = check_flag("newest_first", newest_first)
        return find_events(self._core, model_name, wanted, begin, back, check_whole("limit", limit, _PAGE))

    def position(self, reader: str, model_name: str) -> int:
        """How far a reader of a model's record has come: the place of the last event that it has done with, or 0.

        Parameters:
            reader: the name under which it called `advance`.

        Raises:
            InvalidNameError: this is no name of a reader.
            ModelNotFoundError: there is no such model.
        """
        return position_of(self._core, reader, model_name)

    def advance(self, reader: str, model_name: str, seq: int) -> None:
        """Note that a reader has done with the events of a model up to this place. It only goes on: never back.

        This is no act: it changes nothing that the record tells of, and appends no event.

        Parameters:
            reader: a name of its own, 1 to 255 characters, that all of its processes use.
            seq: place in the model's record, from 1.

        Raises:
            InvalidNameError: this is no name of a reader.
            InvalidInputError: `seq` is no place in the record, or behind its end.
            ModelNotFoundError: there is no such model.
        """
        advance(self._core, reader, model_name, seq)

    def export_record(self, model_name: str) -> Iterator[KeptEvent]:
        """Every event of a model with the exact bytes that were hashed, in order, read as the iterator is.

        So whoever does not trust this code can verify the record with a sha256 of their own.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        return kept_events(self._core, model_name)

    def verify_record(self, model_name: str, *, against: RecordHead | Mapping[str, Any] | None = None) -> RecordHead:
        """Check a model's record against itself, against the tables beside it, and against a head kept outside.

        Parameters:
            against: the head that an earlier call returned: what was in the record then must be in it still.

        Returns:
            the head now: keep it where whoever can write to the database cannot.

        Raises:
            RecordTamperedError: naming the first event that was edited, removed, inserted or moved; or the one that a
                version, its metrics or inputs, or the history of an alias contradict.
            ModelNotFoundError: there is no such model.
        """
        return verify_record(self._core, model_name, _head(against))

    def erase_event(self, model_name: str, seq: int, *, reason: str, key: str | None = None) -> None:
        """Erase persons and free text from one event, for good: its actor, its reason, and the digests of texts.

        What it says in the open stays, the chain still verifies, and an event of its own says that this was done.
        A description or a tag that was set by the event goes from it; the version keeps what it has now.

        Parameters:
            seq: the event's place in the model's record.
            reason: why; it stays in the record, so name no person.

        Raises:
            NotFoundError: there is no such event.
        """
        erase_event(self._core, model_name, seq, reason, key)

    def record_head(self, model_name: str) -> RecordHead:
        """The head of a model's record, without checking the record.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        model = find_model(self._core, model_name)
        row = self._core.first(select(ModelRow.head_seq, ModelRow.head_hash).where(ModelRow.id == model["id"]))
        assert row is not None, "models are never deleted"
        return RecordHead(model["name"], row["head_seq"], row["head_hash"])


def _head(given: object) -> RecordHead | None:
    """A head as an earlier call gave it, or the mapping that was made of it."""
    if given is None or isinstance(given, RecordHead):
        return given
    if isinstance(given, Mapping):
        name, count, hash = (given.get(key) for key in ("model_name", "count", "hash"))
        if isinstance(name, str) and isinstance(hash, str) and isinstance(count, int) and 0 <= count <= LARGEST:
            return RecordHead(name, count, hash)
    raise InvalidInputError(
        f"A head has model_name, count and hash, as verify_record returned it; this is {shown(given)}."
    )
