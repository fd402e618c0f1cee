"""What differs between the versions of Airflow that this package runs on. Nothing else asks which one it is."""

from __future__ import annotations

# As wide as Airflow's column of partition keys.
LONGEST_PARTITION_KEY = 250


def has_partition_keys() -> bool:
    """Whether a task may give its asset events partition keys: since Airflow 3.3."""
    from airflow.sdk.execution_time.context import OutletEventAccessor

    return hasattr(OutletEventAccessor, "add_partitions")
