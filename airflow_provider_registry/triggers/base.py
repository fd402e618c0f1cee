"""What the triggers share: each is one wait in the room of its connection."""

from __future__ import annotations

import asyncio
import math
import time
from abc import abstractmethod
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from airflow_provider_registry.compat import is_triggerer
from airflow_provider_registry.names import check_alias, check_model_name
from airflow_provider_registry.triggers.stream import StreamKey, room_of, stream_key
from airflow_provider_registry.triggers.wait import RECORD, Named, Payload, Wait

# Airflow fails a task whose trigger fires before its scheduler has heard that the task deferred
# (https://github.com/apache/airflow/issues/72716), which takes a busy one seconds.
SETTLE_SECONDS = 10.0


class WaitTrigger(BaseEventTrigger):
    """Waits for the registry, and fires once.

    All triggers of one connection and interval share one look at the database. What is stored of a trigger is the
    connection's id and no secret.

    Parameters:
        model_registry_conn_id: a connection of the type `model_registry`.
        model_name: the model.
        alias: the alias; None for a wait that is about none.
        poll_interval: seconds between two looks.
        timeout: seconds from now after which it fires `{"timed_out": True}`; None: never.
        deadline: the same as a moment, in seconds since 1970, which is how it is stored: a triggerer that is started
            again does not begin to count anew.
    """

    def __init__(
        self,
        *,
        model_registry_conn_id: str,
        model_name: str,
        alias: str | None = None,
        poll_interval: float,
        timeout: float | None = None,
        deadline: float | None = None,
    ) -> None:
        # All waits of a connection share one look, which one bad name would spoil for all.
        check_model_name(model_name)
        if alias not in (None, RECORD):
            check_alias(alias)
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow's own has no types
        self.model_registry_conn_id = model_registry_conn_id
        self.model_name = model_name
        self.alias = alias or RECORD
        self.poll_interval = poll_interval
        self.deadline = deadline if timeout is None else time.time() + timeout

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Where this class is, and what makes another like this one: JSON."""
        names = ("model_registry_conn_id", "model_name", "alias", "poll_interval", "deadline")
        kwargs = {name: getattr(self, name) for name in names}
        return f"{type(self).__module__}.{type(self).__qualname__}", kwargs

    def shared_stream_key(self) -> StreamKey:
        """What this wait shares a look with."""
        return stream_key(self.model_registry_conn_id, self.poll_interval)

    @classmethod
    async def open_shared_stream(cls, kwargs: dict[str, Any]) -> AsyncIterator[None]:
        """The one look of all waits of this key. It yields nothing: what it finds goes to the waits themselves."""
        await room_of(stream_key(kwargs["model_registry_conn_id"], kwargs["poll_interval"])).look()
        yield

    async def filter_shared_stream(self, shared_stream: AsyncIterator[None]) -> AsyncIterator[TriggerEvent]:
        """Fire once, but not in the first seconds of the wait."""
        found = await self.found(SETTLE_SECONDS)
        with room_of(self.shared_stream_key()).firing():
            yield TriggerEvent(dict(found))

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """The same without a shared stream, as `DAG.test` runs it, and a triggerer before Airflow 3.3."""
        room = room_of(self.shared_stream_key())
        with room.looking():
            found = await self.found(SETTLE_SECONDS if is_triggerer() else 0.0)
            with room.firing():
                yield TriggerEvent(dict(found))

    async def found(self, settle: float = 0.0) -> Payload:
        """Wait, and give what is found, or `{"timed_out": True}`.

        Parameters:
            settle: seconds before which it does not end, also where all is there at once.
        """
        wait = self.wait(settle)
        with room_of(self.shared_stream_key()).holding(wait):
            return await wait.told

    def wait(self, settle: float) -> Wait:
        """The wait, beginning now."""
        now = asyncio.get_running_loop().time()
        deadline = math.inf if self.deadline is None else now + self.deadline - time.time()
        return Wait(self.looks_at(), self.answer, now + settle, deadline)

    @abstractmethod
    def looks_at(self) -> Named:
        """What the look is at."""

    @abstractmethod
    def answer(self, found: Any) -> Payload | None:
        """What to fire, given what the look found; None to go on waiting.

        Parameters:
            found: as the registry's method gives it; None where it found nothing.
        """
