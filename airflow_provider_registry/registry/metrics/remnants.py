"""Batches that nobody published: what killed loads left behind."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.clock import read_clock
from airflow_provider_registry.registry.metrics.load import discard
from airflow_provider_registry.registry.metrics.tables import BatchRow

# Of a load that is alive, each chunk says so, and what follows the last one takes minutes.
STANDSTILL = timedelta(hours=1)


def remove_left_behind(
    core: Core, *, before: datetime | None = None, version_id: int | None = None, dry_run: bool = False
) -> int:
    """Remove batches that were not published; gives how many.

    Parameters:
        before: into which nothing was loaded since; never those of the last `STANDSTILL`.
        version_id: of this version alone.
        dry_run: remove nothing.
    """
    alive = core.read(read_clock) - STANDSTILL
    left = select(BatchRow.id).where(BatchRow.event_id.is_(None), BatchRow.loaded_at < min(before or alive, alive))
    if version_id is not None:
        left = left.where(BatchRow.version_id == version_id)
    found = [row["id"] for row in core.rows(left)]
    for batch_id in () if dry_run else found:
        discard(core, batch_id)
    return len(found)
