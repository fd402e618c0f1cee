"""The wait of `ModelAliasSensor`, as the triggerer runs it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from airflow_provider_registry.names import check_alias, check_model_name
from airflow_provider_registry.triggers.stream import Snapshot, snapshots, stream_key, watching

# Airflow fails a task whose trigger fires before its scheduler has heard that the task deferred
# (https://github.com/apache/airflow/issues/72716), which takes a busy one seconds.
SETTLE_SECONDS = 10.0


class ModelAliasTrigger(BaseEventTrigger):
    """Waits until an alias points at a version, or at another version than one. Fires once, with the assignment.

    All triggers of one connection and interval share one look at the database. What is stored of a trigger is the
    connection's id and no secret.

    Parameters:
        model_registry_conn_id: a connection of the type `model_registry`.
        model_name: the model.
        alias: the alias.
        moved_off: number of the version that does not count; None to be content with any.
        poll_interval: seconds between two looks.
    """

    def __init__(
        self,
        *,
        model_registry_conn_id: str,
        model_name: str,
        alias: str,
        moved_off: int | None = None,
        poll_interval: float,
    ) -> None:
        # All waits of a connection share one look, which one bad name would spoil for all.
        check_model_name(model_name)
        check_alias(alias)
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow's own has no types
        self.model_registry_conn_id = model_registry_conn_id
        self.model_name = model_name
        self.alias = alias
        self.moved_off = moved_off
        self.poll_interval = poll_interval

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Where this class is, and what makes another like this one: JSON."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {
            "model_registry_conn_id": self.model_registry_conn_id,
            "model_name": self.model_name,
            "alias": self.alias,
            "moved_off": self.moved_off,
            "poll_interval": self.poll_interval,
        }

    def shared_stream_key(self) -> tuple[str, str, float]:
        """What this wait shares a look with."""
        return stream_key(self.model_registry_conn_id, self.poll_interval)

    @classmethod
    async def open_shared_stream(cls, kwargs: dict[str, Any]) -> AsyncIterator[Snapshot]:
        """The one look of all waits of this key."""
        first = cls(**kwargs)
        async for snapshot in snapshots(first.shared_stream_key(), (first.model_name, first.alias)):
            yield snapshot

    async def filter_shared_stream(self, shared_stream: AsyncIterator[Snapshot]) -> AsyncIterator[TriggerEvent]:
        """Fire once the alias points where it should, but not in the first seconds of the wait."""
        clock = asyncio.get_running_loop().time
        settled = clock() + SETTLE_SECONDS
        found = await self._find(shared_stream)
        if found is not None:
            await asyncio.sleep(max(0.0, settled - clock()))
            yield TriggerEvent(found)

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """The same without a triggerer's shared stream, as `DAG.test` runs it."""
        found = await self._find(self.open_shared_stream(self.serialize()[1]))
        if found is not None:
            yield TriggerEvent(found)

    async def _find(self, stream: AsyncIterator[Snapshot]) -> dict[str, Any] | None:
        """What the alias points at, once it is where it should be; None where the stream ends before."""
        named = (self.model_name, self.alias)
        with watching(self.shared_stream_key(), named):
            async for snapshot in stream:
                held = snapshot.get(named)
                if held is not None and held["version"] != self.moved_off:
                    return dict(held)
        return None
