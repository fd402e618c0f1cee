"""What differs between the versions of Airflow that this package runs on. Nothing else asks which one it is."""

from __future__ import annotations

from typing import Any

# As wide as Airflow's column of partition keys.
_LONGEST_KEY = 250


def add_partition(accessor: Any, key: str) -> bool:
    """Give the event of an outlet a partition key; False where Airflow cannot (before 3.3, or the key is too long).

    Parameters:
        accessor: `outlet_events[asset]` of the task's context.
    """
    if not hasattr(accessor, "add_partitions") or len(key) > _LONGEST_KEY:
        return False
    accessor.add_partitions(key)
    return True
