"""Reads what waits look at, two statements at most, however many they are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.triggers.wait import Named, Wait

if TYPE_CHECKING:
    from airflow_provider_registry.registry import Registry

log = logging.getLogger(__name__)


class Reader:
    """Looks for waits. After an error it begins with the connection, which may have been corrected.

    Attributes:
        failures: how many looks in a row have failed.
    """

    def __init__(self, conn_id: str) -> None:
        self.failures = 0
        self._conn_id = conn_id
        self._registry: Registry | None = None

    async def read(self, waits: Collection[Wait]) -> None:
        """Look, and show each wait what there is; an error is logged, and shows them nothing."""
        looked = list(waits)
        if not looked:
            return
        try:
            if self._registry is None:
                self._registry = await ModelRegistryHook(self._conn_id).aget_conn()
            found = await asyncio.to_thread(_find, self._registry, {wait.named for wait in looked})
        except Exception as error:
            self.failures += 1
            log.warning(
                "The model registry (%s) could not be read, for the %d. time in a row; waiting goes on. %s: %s",
                self._conn_id, self.failures, type(error).__name__, error,
            )  # fmt: skip
            self.close()
            for wait in looked:
                wait.missed()
            return
        self.failures = 0
        for wait in looked:
            wait.seen(found.get(wait.named))

    def close(self) -> None:
        """Give the connection back; the next look makes another."""
        if self._registry is not None:
            self._registry.close()
            self._registry = None


def _find(registry: Registry, names: Collection[Named]) -> Mapping[Named, Any]:
    """What is there of all that is looked at; only the statements that are needed are sent."""
    aliases = [named for named in names if len(named) == 2]
    requests = [named for named in names if len(named) == 3]
    found: dict[Any, Any] = {}
    if aliases:
        found.update(registry.holders(aliases))
    if requests:
        found.update(registry.newest_requests(requests))
    return found
