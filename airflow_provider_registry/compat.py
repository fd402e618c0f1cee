"""What differs between the versions of Airflow that this package runs on. Nothing else asks which one it is."""

from __future__ import annotations

from functools import cache
from typing import Any

# As wide as Airflow's column of partition keys.
LONGEST_PARTITION_KEY = 250


def has_partition_keys() -> bool:
    """Whether a task may give its asset events partition keys: since Airflow 3.3."""
    from airflow.sdk.execution_time.context import OutletEventAccessor

    return hasattr(OutletEventAccessor, "add_partitions")


def task_stats() -> Any:
    """Airflow's stats, as tasks have them."""
    try:
        from airflow.sdk.observability import stats
    except ImportError:  # before 3.3, all processes have the same
        from airflow.providers.common.compat.sdk import Stats

        return Stats
    return stats


@cache
def triggerer_stats() -> Any:
    """Airflow's stats, as triggers have them: the triggerer sets up those of the core."""
    try:
        from airflow.observability import stats
    except ImportError:
        return task_stats()
    return stats
