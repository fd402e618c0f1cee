"""Work on a registry that a triggerer does beside its look, and that no error ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.triggers.stream import MAX_PAUSE

if TYPE_CHECKING:
    from airflow_provider_registry.registry import Registry

log = logging.getLogger(__name__)

T = TypeVar("T")


async def patiently(conn_id: str, work: Callable[[Registry], T], who: str) -> T:
    """Do work in a thread, again and again until the database takes part.

    Parameters:
        who: waits for it, for the log.
    """
    pause = 1.0
    while True:
        try:
            # After an error it begins with the connection, which may have been corrected.
            registry = await ModelRegistryHook(conn_id).aget_conn()
            return await asyncio.to_thread(_work_and_close, work, registry)
        except Exception as error:
            log.warning("%s goes on. %s: %s", who, type(error).__name__, error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, MAX_PAUSE)


def _work_and_close(work: Callable[[Registry], T], registry: Registry) -> T:
    with registry:
        return work(registry)
