"""Runs triggers as Airflow's triggerer does: in one event loop, those of one key on one shared stream if it has any."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from airflow.triggers.base import BaseEventTrigger
from sqlalchemy import Engine, event

STREAMS = [True, False] if find_spec("airflow.triggers.shared_stream") else [False]
"""With the shared streams of Airflow 3.3, and without, as before."""


class Triggerer:
    """The part of a triggerer that runs triggers.

    Parameters:
        streams: whether Airflow has shared streams; by default as the installed one.

    Attributes:
        fired: the payloads of all that fired, in order.
    """

    def __init__(self, streams: bool = STREAMS[0]) -> None:
        self.manager: Any = _manager() if streams else None
        self.fired: list[Any] = []
        self._number = 0

    def start(self, trigger: BaseEventTrigger) -> asyncio.Task[Any]:
        """Run a trigger beside the others."""
        return asyncio.create_task(self.run(trigger))

    async def run(self, trigger: BaseEventTrigger) -> Any:
        """Run a trigger to its end, and give what it fired: exactly one event."""
        payload = await (self._run_on_a_stream(trigger) if self.manager else self._run_by_itself(trigger))
        self.fired.append(payload)
        return payload

    async def _run_by_itself(self, trigger: BaseEventTrigger) -> Any:
        (payload,) = [event.payload async for event in trigger.run()]
        return payload

    async def _run_on_a_stream(self, trigger: BaseEventTrigger) -> Any:
        assert self.manager
        self._number += 1
        number, key = self._number, trigger.shared_stream_key()
        assert key is not None
        shared = self.manager.subscribe(trigger_id=number, trigger=trigger, key=key)
        try:
            (payload,) = [event.payload async for event in trigger.filter_shared_stream(shared)]
        finally:
            await self.manager.unsubscribe(number, key)
        return payload


def _manager() -> Any:
    from airflow.triggers.shared_stream import SharedStreamManager

    return SharedStreamManager()


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
