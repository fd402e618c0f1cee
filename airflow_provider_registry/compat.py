"""What differs between the versions of Airflow that this package runs on. Nothing else asks which one it is."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

# As wide as Airflow's column of partition keys.
LONGEST_PARTITION_KEY = 250


def sdk_stats() -> Any:
    """Airflow's stats in tasks: a module since Airflow 3.3, a class in it before."""
    from airflow.sdk.observability import stats

    return stats if hasattr(stats, "incr") else stats.Stats


def core_stats() -> Any:
    """Airflow's stats in its triggerer: likewise."""
    from airflow.observability import stats

    return stats if hasattr(stats, "incr") else stats.Stats


async def mask_secret_async(secret: str) -> None:
    """Have Airflow keep a secret out of its logs while the event loop goes on: in a thread before Airflow 3.3."""
    from airflow.sdk import log

    if hasattr(log, "amask_secret"):
        await log.amask_secret(secret)
    else:
        await asyncio.to_thread(log.mask_secret, secret)


def is_triggerer() -> bool:
    """Whether this process is a triggerer, and neither a task nor a `DAG.test`.

    A triggerer before Airflow 3.3 has no shared streams, and calls a trigger's `run` as `DAG.test` does.
    """
    job = sys.modules.get("airflow.jobs.triggerer_job_runner")
    runner = sys.modules.get("airflow.sdk.execution_time.task_runner")
    return job is not None and isinstance(getattr(runner, "SUPERVISOR_COMMS", None), job.TriggerCommsDecoder)


def wakes_who_is_answered() -> bool:
    """Whether a person's answer wakes the task that asked, without its trigger: since Airflow 3.3."""
    from airflow.sdk import TaskInstanceState

    return hasattr(TaskInstanceState, "AWAITING_INPUT")


def has_partition_keys() -> bool:
    """Whether a task may give its asset events partition keys: since Airflow 3.3."""
    from airflow.sdk.execution_time.context import OutletEventAccessor

    return hasattr(OutletEventAccessor, "add_partitions")
