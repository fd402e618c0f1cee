"""One look at the registry for all waits of a triggerer: two statements at most per interval and connection (rule 12).

Airflow's shared streams run the look, once for all triggers of one key; where Airflow has none, the first of them does
(`Room.looking`). What it finds goes to each wait by a future of its own, and not by the stream: that wakes every
trigger at every look, and ten thousand of them block the event loop.
"""

from __future__ import annotations

import asyncio
import logging
import math
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeVar

from airflow_provider_registry.hooks.stats import core_meter
from airflow_provider_registry.triggers.reader import Reader
from airflow_provider_registry.triggers.wait import Named, Wait

log = logging.getLogger(__name__)

T = TypeVar("T")
StreamKey = tuple[str, str, float]

# The longest pause after errors, in seconds, unless the interval itself is longer.
MAX_PAUSE = 60.0

# How many waits are told at once. Airflow spends half a millisecond of the event loop on each that fires, so the next
# are told once these have fired, which is looked at after a real pause, in seconds: `asyncio.sleep(0)` is none, since
# all that is due runs before the loop looks around. One that does not fire holds up the others for so many seconds.
SLICE = 10
PAUSE = 0.002
PATIENCE = 0.5

# For how long, in seconds, what a look found is handed out before others have a turn.
TURN = 0.005

_rooms: dict[tuple[AbstractEventLoop, StreamKey], Room] = {}


def stream_key(conn_id: str, interval: float) -> StreamKey:
    """What waits must have in common to share one look."""
    return ("airflow_provider_registry", conn_id, float(interval))


def room_of(key: StreamKey) -> Room:
    """The waits of a key, in the event loop that is running."""
    loop = asyncio.get_running_loop()
    if (room := _rooms.get((loop, key))) is None:
        room = _rooms[loop, key] = Room(loop, key)
    return room


def pause_after(failures: int, interval: float) -> float:
    """Seconds to wait after so many failures in a row."""
    return max(interval, min(interval * 2.0 ** min(failures, 20), MAX_PAUSE))


class Room:
    """The waits of one key, and the look that is for all of them.

    Nothing in it outlives the process: a triggerer that is started again makes every wait anew from its trigger's
    arguments, and the first look shows each how things stand. Nothing in it takes longer with the number of waits
    either, while nothing happens to what they look at.

    Attributes:
        waits: by what they look at.
    """

    def __init__(self, loop: AbstractEventLoop, key: StreamKey) -> None:
        self.waits: dict[Named, list[Wait]] = {}
        self._held = 0
        self._loop, self._key = loop, key
        self._interval = key[2]
        self._looking = asyncio.Lock()
        self._lookers = 0
        self._rescue: asyncio.Task[None] | None = None
        # How many have the room look by itself, and that look.
        self._hosts = 0
        self._own: asyncio.Task[None] | None = None
        # What the next look must know of: names that somebody began or ceased to look at, and the waits that are new.
        self._touched: set[Named] = set()
        self._new: list[Wait] = []
        # Who is to be told when; the number keeps the order. An entry may be out of date.
        self._due: list[tuple[float, int, Wait]] = []
        self._numbers = count()
        # Who was told and has not heard of it, and how many fire.
        self._told: set[Wait] = set()
        self._firing = 0

    @contextmanager
    def holding(self, wait: Wait) -> Iterator[None]:
        """Have a wait looked at too, from the next look on, for as long as it lasts."""
        self.waits.setdefault(wait.named, []).append(wait)
        self._held += 1
        self._touched.add(wait.named)
        self._new.append(wait)
        try:
            yield
        finally:
            self._let_go(wait)

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Have the room look by itself for as long as this lasts, for a trigger that has no shared stream."""
        self._hosts += 1
        if self._own is None:
            self._own = self._loop.create_task(self.look())
        try:
            yield
        finally:
            self._hosts -= 1
            if not self._hosts:
                self._own.cancel()
                self._own = None
                self._leave()

    @contextmanager
    def firing(self) -> Iterator[None]:
        """Have the other waits wait while one that was told fires."""
        self._firing += 1
        try:
            yield
        finally:
            self._firing -= 1
            self._leave()

    async def look(self) -> None:
        """Look and tell, again and again, until it is cancelled: no error ends it.

        Several may be at it where Airflow ends one stream while another of the same key begins. They take turns.
        """
        self._lookers += 1
        try:
            async with self._looking:
                await self._look_for_ever()
        finally:
            self._lookers -= 1
            if self.waits and not self._lookers:
                # Whatever ended the look, nobody may wait for it in vain.
                self._loop.call_later(self._interval, self._look_again)
            self._leave()

    async def _look_for_ever(self) -> None:
        reader = Reader(self._key[1])
        next_look = -math.inf
        self._begin_anew()
        try:
            while True:
                try:
                    if self._loop.time() >= next_look:
                        await self._read(reader)
                        next_look = self._loop.time() + pause_after(reader.failures, self._interval)
                    await self._tell(next_look)
                except Exception:
                    log.exception("The look at the model registry (%s) goes on after an error.", self._key[1])
                    self._begin_anew()
                    next_look = self._loop.time() + MAX_PAUSE
                due = self._due[0][0] if self._due else math.inf
                await asyncio.sleep(max(PAUSE, min(due, next_look) - self._loop.time()))
        finally:
            reader.close()

    def _begin_anew(self) -> None:
        """Have the next look answer on everything."""
        self._touched.update(self.waits)
        self._new = [wait for waits in self.waits.values() for wait in waits if not wait.looked]

    async def _read(self, reader: Reader) -> None:
        """Look, and show each wait what has changed."""
        touched, new = self._touched, self._new
        self._touched, self._new = set(), []
        if not self.waits and not touched:
            return
        joined = [named for named in touched if named in self.waits]
        began = self._loop.time()
        changes = await reader.read(joined, [named for named in touched if named not in self.waits])
        if changes is None:
            self._touched.update(self.waits)
        core_meter().time("look_duration", self._loop.time() - began, conn_id=self._key[1])
        self._say_how_many()
        shown = ((wait, found) for named, found in changes or () for wait in tuple(self.waits.get(named, ())))
        await self._in_turns(shown, self._show)
        # After what was found, which goes before a deadline.
        await self._in_turns(new, self._has_looked)

    def _say_how_many(self) -> None:
        core_meter().gauge("waits", self._held, conn_id=self._key[1])

    async def _in_turns(self, items: Iterable[T], handle: Callable[[T], None]) -> None:
        end = self._loop.time() + TURN
        for item in items:
            handle(item)
            if self._loop.time() > end:
                await asyncio.sleep(0)
                end = self._loop.time() + TURN

    def _show(self, shown: tuple[Wait, Any]) -> None:
        wait, found = shown
        wait.seen(found)
        self._expect(wait)

    def _has_looked(self, wait: Wait) -> None:
        wait.looked = True
        self._expect(wait)

    def _expect(self, wait: Wait) -> None:
        if (due := wait.due) < math.inf:
            heappush(self._due, (due, next(self._numbers), wait))

    async def _tell(self, until: float) -> None:
        """Tell the waits that are due, slice by slice; those that time runs out for come after the next look."""
        while self._loop.time() < until and (due := self._next_slice()):
            for wait in due:
                wait.tell()
            self._told.update(due)
            patience = self._loop.time() + PATIENCE
            await asyncio.sleep(PAUSE)
            while (self._told or self._firing) and self._loop.time() < patience:
                await asyncio.sleep(PAUSE)

    def _next_slice(self) -> list[Wait]:
        now, found = self._loop.time(), set[Wait]()
        while self._due and self._due[0][0] <= now and len(found) < SLICE:
            wait = heappop(self._due)[2]
            if wait.due <= now:
                found.add(wait)
            else:
                self._expect(wait)
        return sorted(found, key=lambda wait: wait.due)

    def _look_again(self) -> None:
        if self.waits and not self._lookers:
            log.warning("The look at the model registry (%s) had ended, and begins again.", self._key[1])
            self._rescue = self._loop.create_task(self.look())

    def _let_go(self, wait: Wait) -> None:
        self._told.discard(wait)
        waits = self.waits[wait.named]
        waits.remove(wait)
        self._held -= 1
        if not waits:
            del self.waits[wait.named]
            self._touched.add(wait.named)
        if not self.waits and self._rescue is not None:
            self._rescue.cancel()
        self._leave()

    def _leave(self) -> None:
        if not (self.waits or self._lookers or self._hosts):
            self._say_how_many()
            _rooms.pop((self._loop, self._key), None)
