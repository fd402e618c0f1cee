"""One look at the registry for all waits of a triggerer: two statements at most per interval and connection (rule 12).

Airflow's shared streams run the look, once for all triggers of one key. What it finds goes to each wait by a future of
its own, and not by the stream: that wakes every trigger at every look, and ten thousand of them block the event loop.
"""

from __future__ import annotations

import asyncio
import logging
import math
from asyncio import AbstractEventLoop
from collections.abc import Iterator
from contextlib import contextmanager

from airflow_provider_registry.triggers.reader import Reader
from airflow_provider_registry.triggers.wait import Wait

log = logging.getLogger(__name__)

StreamKey = tuple[str, str, float]

# The longest pause after errors, in seconds, unless the interval itself is longer.
MAX_PAUSE = 60.0

# How many waits are told at once, and the pause after them, in seconds, in which their triggers fire. Airflow spends
# half a millisecond on each; `asyncio.sleep(0)` is no pause, since all that is due runs before the loop looks around.
SLICE = 10
PAUSE = 0.02

_rooms: dict[tuple[AbstractEventLoop, StreamKey], Room] = {}


def stream_key(conn_id: str, interval: float) -> StreamKey:
    """What waits must have in common to share one look."""
    return ("airflow_provider_registry", conn_id, float(interval))


def room_of(key: StreamKey) -> Room:
    """The waits of a key, in the event loop that is running."""
    loop = asyncio.get_running_loop()
    return _rooms.setdefault((loop, key), Room(loop, key))


def pause_after(failures: int, interval: float) -> float:
    """Seconds to wait after so many failures in a row."""
    return max(interval, min(interval * 2.0 ** min(failures, 20), MAX_PAUSE))


class Room:
    """The waits of one key, and the look that is for all of them.

    Nothing in it outlives the process: a triggerer that is started again makes every wait anew from its trigger's
    arguments, and the first look shows each how things stand.
    """

    def __init__(self, loop: AbstractEventLoop, key: StreamKey) -> None:
        self.waits: set[Wait] = set()
        self._loop, self._key = loop, key
        self._interval = key[2]
        self._looking = asyncio.Lock()
        self._lookers = 0
        self._rescue: asyncio.Task[None] | None = None

    @contextmanager
    def holding(self, wait: Wait) -> Iterator[None]:
        """Have a wait looked at too, from the next look on, for as long as it lasts."""
        self.waits.add(wait)
        try:
            yield
        finally:
            self.waits.discard(wait)
            if not self.waits and self._rescue is not None:
                self._rescue.cancel()
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
        try:
            while True:
                try:
                    if self._loop.time() >= next_look:
                        await reader.read(self.waits)
                        next_look = self._loop.time() + pause_after(reader.failures, self._interval)
                    await self._tell(next_look)
                except Exception:
                    log.exception("The look at the model registry (%s) goes on after an error.", self._key[1])
                    next_look = self._loop.time() + MAX_PAUSE
                due = min((wait.due for wait in self.waits), default=math.inf)
                await asyncio.sleep(max(PAUSE, min(due, next_look) - self._loop.time()))
        finally:
            reader.close()

    async def _tell(self, until: float) -> None:
        """Tell the waits that are due, slice by slice; those that time runs out for come after the next look."""
        now = self._loop.time()
        due = sorted((wait for wait in self.waits if wait.due <= now), key=lambda wait: wait.due)
        for start in range(0, len(due), SLICE):
            for wait in due[start : start + SLICE]:
                wait.tell()
            await asyncio.sleep(PAUSE)
            if self._loop.time() >= until:
                return

    def _look_again(self) -> None:
        if self.waits and not self._lookers:
            log.warning("The look at the model registry (%s) had ended, and begins again.", self._key[1])
            self._rescue = self._loop.create_task(self.look())

    def _leave(self) -> None:
        if not self.waits and not self._lookers:
            _rooms.pop((self._loop, self._key), None)
