"""One look at the registry for all waits of a triggerer: one statement per interval and connection (rule 12)."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook

if TYPE_CHECKING:
    from airflow_provider_registry.registry import Registry

log = logging.getLogger(__name__)

StreamKey = tuple[str, str, float]
Named = tuple[str, str]
Snapshot = Mapping[Named, Mapping[str, Any]]
"""What each alias that is waited for points at now, as `Assignment.as_mapping` says it; the empty ones are missing."""

# The longest pause after errors, unless the interval itself is longer.
MAX_PAUSE = 60.0

# What is waited for, by stream. All triggers of a process live in one event loop, so nothing here is shared by threads.
_watched: dict[StreamKey, Counter[Named]] = {}


def stream_key(conn_id: str, interval: float) -> StreamKey:
    """What waits must have in common to share one look."""
    return ("airflow_provider_registry", conn_id, float(interval))


@contextmanager
def watching(key: StreamKey, named: Named) -> Iterator[None]:
    """Have the stream look at an alias too, from its next look on."""
    names = _watched.setdefault(key, Counter())
    names[named] += 1
    try:
        yield
    finally:
        names[named] -= 1
        if not names[named]:
            del names[named]
        if not names:
            _watched.pop(key, None)


async def snapshots(key: StreamKey, first: Named) -> AsyncIterator[Snapshot]:
    """Look at everything that is watched, again and again, for ever.

    An error of any kind is logged and waited out, with growing pauses: it never ends a wait.

    Parameters:
        first: what to look at from the first look on, also where nothing is watched yet.
    """
    _, conn_id, interval = key
    reader = _Reader(conn_id)
    names = {first}
    try:
        while True:
            found = await reader.read(names | set(_watched.get(key, ())))
            if found is not None:
                yield found
            names = set()
            await asyncio.sleep(interval if found is not None else pause_after(reader.failures, interval))
    finally:
        reader.close()


def pause_after(failures: int, interval: float) -> float:
    """Seconds to wait after so many failures in a row."""
    return max(interval, min(interval * 2.0 ** min(failures, 20), MAX_PAUSE))


class _Reader:
    """Reads the holders of aliases. After an error it begins with the connection, which may have been corrected."""

    def __init__(self, conn_id: str) -> None:
        self.failures = 0
        self._conn_id = conn_id
        self._registry: Registry | None = None

    async def read(self, names: set[Named]) -> Snapshot | None:
        """What the aliases point at; None where that could not be read."""
        if not names:
            return {}
        try:
            if self._registry is None:
                self._registry = await ModelRegistryHook(self._conn_id).aget_conn()
            found = await asyncio.to_thread(_holders, self._registry, names)
        except Exception as error:
            self.failures += 1
            log.warning(
                "The model registry (%s) could not be read, for the %d. time in a row; waiting goes on. %s: %s",
                self._conn_id, self.failures, type(error).__name__, error,
            )  # fmt: skip
            self.close()
            return None
        self.failures = 0
        return found

    def close(self) -> None:
        if self._registry is not None:
            self._registry.close()
            self._registry = None


def _holders(registry: Registry, names: Iterable[Named]) -> Snapshot:
    return {named: held.as_mapping() for named, held in registry.holders(names).items()}
