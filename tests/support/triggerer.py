"""Runs triggers as Airflow's triggerer does: those of one key on one shared stream, in one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from airflow.triggers.base import BaseEventTrigger
from airflow.triggers.shared_stream import SharedStreamManager
from sqlalchemy import Engine, event


class Triggerer:
    """The part of a triggerer that runs triggers.

    Attributes:
        fired: the payloads of all that fired, in order.
    """

    def __init__(self) -> None:
        self.manager = SharedStreamManager()
        self.fired: list[Any] = []
        self._number = 0

    def start(self, trigger: BaseEventTrigger) -> asyncio.Task[Any]:
        """Run a trigger beside the others."""
        return asyncio.create_task(self.run(trigger))

    async def run(self, trigger: BaseEventTrigger) -> Any:
        """Run a trigger to its end, and give what it fired: exactly one event."""
        self._number += 1
        number, key = self._number, trigger.shared_stream_key()
        assert key is not None
        shared = self.manager.subscribe(trigger_id=number, trigger=trigger, key=key)
        try:
            (payload,) = [event.payload async for event in trigger.filter_shared_stream(shared)]
        finally:
            await self.manager.unsubscribe(number, key)
        self.fired.append(payload)
        return payload


@contextmanager
def looks() -> Iterator[list[str]]:
    """The statements that waits send, as they are sent."""
    sent: list[str] = []

    def count(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if "asked_model" in statement:
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", count)


async def until(done: Any) -> None:
    """Let the event loop run until something is so."""
    while not done():
        await asyncio.sleep(0)
