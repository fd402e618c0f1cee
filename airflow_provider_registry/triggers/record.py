"""The watcher of a model asset: follows a model's record, and has an event for each act that the asset is about."""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from airflow_provider_registry.assets.uris import ModelUri, parse_uri
from airflow_provider_registry.errors import ModelNotFoundError
from airflow_provider_registry.hooks import settings
from airflow_provider_registry.names import KEY_LENGTH
from airflow_provider_registry.triggers.patience import patiently
from airflow_provider_registry.triggers.stream import StreamKey, room_of, stream_key
from airflow_provider_registry.triggers.wait import RECORD, Payload, Wait

if TYPE_CHECKING:
    from airflow_provider_registry.registry import Registry

T = TypeVar("T")

# How long after an event it is noted that it was handed on, in seconds: what a triggerer fires is in Airflow's database
# a second or two later, and a triggerer that is killed before that is to fire it again.
NOTE_AFTER = 5.0

_PAGE = 500


class ModelRecordTrigger(BaseEventTrigger):
    """Fires for each act that a model asset is about, whoever did it, and never ends.

    How far it has come is kept in the registry, so that what happens while no triggerer runs is found later. It begins
    with what happens after it was first started. An event that was fired shortly before a triggerer was killed may be
    fired again, with the same `event`.

    It shares its look at the database with all waits of the same connection and interval.

    Parameters:
        uri: of the asset.
        poll_interval: seconds between two looks; by default `[model_registry] poll_interval`.
    """

    def __init__(self, *, uri: str, poll_interval: float | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow's own has no types
        self.uri = uri
        self.poll_interval = settings.poll_interval() if poll_interval is None else poll_interval
        self.about = parse_uri(uri)

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Where this class is, and what makes another like this one: JSON."""
        kwargs = {"uri": self.uri, "poll_interval": self.poll_interval}
        return f"{type(self).__module__}.{type(self).__qualname__}", kwargs

    def shared_stream_key(self) -> StreamKey:
        """What this watcher shares a look with."""
        return stream_key(self.about.conn_id, self.poll_interval)

    @classmethod
    async def open_shared_stream(cls, kwargs: dict[str, Any]) -> AsyncIterator[None]:
        """The one look of all that waits and watches with this key. It yields nothing."""
        await room_of(stream_key(parse_uri(kwargs["uri"]).conn_id, kwargs["poll_interval"])).look()
        yield

    async def filter_shared_stream(self, shared_stream: AsyncIterator[None]) -> AsyncIterator[TriggerEvent]:
        """Fire for each act."""
        async for said in self.follow():
            yield TriggerEvent(dict(said))

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """The same without a shared stream, as a triggerer before Airflow 3.3 runs it."""
        with room_of(self.shared_stream_key()).looking():
            async for said in self.follow():
                yield TriggerEvent(dict(said))

    async def follow(self) -> AsyncIterator[Payload]:
        """What each act says that this asset is about, in their order."""
        place, upto, noting = _Place(self.about), 0, math.inf
        loop = asyncio.get_running_loop()
        while True:
            if loop.time() >= noting:
                await place.note(upto)
                noting = math.inf
            for said in await place.read():
                yield said
            if noting == math.inf and place.at > place.noted:
                # No more than this: what is fired until then will not have been for long enough.
                upto, noting = place.at, loop.time() + NOTE_AFTER
            await self._longer(place.at, noting)

    async def _longer(self, at: int, deadline: float) -> None:
        """Wait until the record is longer than so many events, or until then."""
        named = (self.about.model_name, RECORD)
        wait = Wait(named, lambda length: {"length": length} if (length or 0) > at else None, deadline=deadline)
        with room_of(self.shared_stream_key()).holding(wait):
            await wait.told


class _Place:
    """How far a watcher has come in the record of its model.

    Attributes:
        at: place of the last event that was read.
        noted: how much of that is noted in the registry.
    """

    def __init__(self, about: ModelUri) -> None:
        self.at = 0
        self.noted = 0
        self._about = about
        self._reader = reader_of(about)
        self._begun = False

    async def read(self) -> Sequence[Payload]:
        """What comes next; the beginning is the place that was noted, or the end of the record."""
        return await self._patiently(self._read)

    async def note(self, upto: int) -> None:
        """Keep in the registry that all was handed on up to a place."""
        await self._patiently(lambda registry: registry.advance(self._reader, self._about.model_name, upto))
        self.noted = upto

    async def _patiently(self, work: Callable[[Registry], T]) -> T:
        return await patiently(self._about.conn_id, work, f"The watcher of {self._about}")

    def _read(self, registry: Registry) -> Sequence[Payload]:
        try:
            if not self._begun:
                self._begin(registry)
            events = registry.model_events(self._about.model_name, first=self.at + 1, limit=_PAGE)
        except ModelNotFoundError:  # all that it does will be new
            self._begun = True
            return []
        if events:
            self.at = events[-1].seq
        return [event.facts() for event in events if event.is_about(self._kind, self._about.alias)]

    def _begin(self, registry: Registry) -> None:
        self.at = registry.position(self._reader, self._about.model_name)
        if not self.at:
            self.at = registry.record_head(self._about.model_name).count
            registry.advance(self._reader, self._about.model_name, self.at)
        self.noted = self.at
        self._begun = True

    @property
    def _kind(self) -> str:
        return self._about.event or ("version.live" if self._about.alias else "version.registered")


def reader_of(about: ModelUri) -> str:
    """The name under which the registry keeps how far a watcher of this Airflow has come."""
    name = f"airflow {settings.instance_id()} {about}"
    return name if len(name) <= KEY_LENGTH else f"airflow {hashlib.sha256(name.encode()).hexdigest()}"
