"""Reads what waits look at, two statements at most, however many they are."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.triggers.wait import Named

if TYPE_CHECKING:
    from airflow_provider_registry.registry import Registry
    from airflow_provider_registry.registry.watch.watch import Watch

log = logging.getLogger(__name__)

# For how many seconds a look may keep its waits from their deadlines: a server that stands still answers nothing and
# refuses nothing, and no client notices.
LIMIT = 120.0


class Reader:
    """Looks for waits. After an error it begins with the connection, which may have been corrected.

    No look begins before the last has ended, so that of a server that stands still one thread waits, and no more.

    Attributes:
        failures: how many looks in a row have failed.
    """

    def __init__(self, conn_id: str) -> None:
        self.failures = 0
        self._conn_id = conn_id
        self._eye: _Eye | None = None
        self._late: asyncio.Task[Any] | None = None

    async def read(self, joined: Collection[Named], left: Collection[Named]) -> Sequence[tuple[Named, Any]] | None:
        """Look, and give what has changed; None after an error, which is logged, and all must join again."""
        try:
            found = await self._look(joined, left)
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
        """Give the connection back; the next look makes another."""
        if self._eye is not None:
            self._eye.close()
            self._eye = None

    async def _look(self, joined: Collection[Named], left: Collection[Named]) -> Sequence[tuple[Named, Any]]:
        if self._late is not None and not self._late.done():
            raise TimeoutError("The look before this one has not ended.")
        self._eye = eye = self._eye or await self._begin()
        look = asyncio.create_task(asyncio.to_thread(eye.look, joined, left))
        ended, _ = await asyncio.wait({look}, timeout=LIMIT)
        if not ended:
            self._late = look
            look.add_done_callback(_forget)
            raise TimeoutError(f"The database has not answered for {LIMIT:g} seconds.")
        return look.result()

    async def _begin(self) -> _Eye:
        registry = await ModelRegistryHook(self._conn_id).aget_conn()
        # In a thread, as the hook does: the loop does not wait for imports.
        return _Eye(registry, await asyncio.to_thread(_new_watch))


class _Eye:
    """A connection, and what was seen by it."""

    def __init__(self, registry: Registry, watch: Watch) -> None:
        self._registry, self._watch = registry, watch
        self._looking = threading.Lock()
        self._closed = False

    def look(self, joined: Collection[Named], left: Collection[Named]) -> Sequence[tuple[Named, Any]]:
        try:
            with self._looking:
                return self._watch.look(self._registry, joined, left)
        finally:
            if self._closed:
                self._registry.close()

    def close(self) -> None:
        """Close it now, or at the end of a look that nobody waits for any longer."""
        self._closed = True
        if self._looking.acquire(blocking=False):
            self._registry.close()
            self._looking.release()


def _forget(late: asyncio.Task[Any]) -> None:
    """Let nobody complain that what came of a look, too late, was not asked for."""
    if not late.cancelled():
        late.exception()


def _new_watch() -> Watch:
    from airflow_provider_registry.registry.watch.watch import Watch

    return Watch()
