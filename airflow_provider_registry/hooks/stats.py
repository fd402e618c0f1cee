"""The registry's figures as Airflow's own: statsd, OpenTelemetry or Datadog, whichever Airflow is set up for.

Airflow has its stats twice: a task sets up those of the SDK, and the triggerer and the API server those of the core.
"""

from __future__ import annotations

from typing import Any

from airflow_provider_registry.compat import core_stats, sdk_stats

PREFIX = "model_registry"


def task_meter() -> AirflowMeter:
    """The figures of tasks."""
    return AirflowMeter(sdk_stats())


def core_meter() -> AirflowMeter:
    """The figures of triggers and of the API server."""
    return AirflowMeter(core_stats())


class AirflowMeter:
    """Hands figures to Airflow's stats. A backend that fails is never the registry's affair: Airflow logs it.

    Parameters:
        stats: one of Airflow's two modules.
    """

    def __init__(self, stats: Any) -> None:
        self._stats = stats

    def count(self, name: str, number: int = 1, **tags: str) -> None:
        """So many more of something."""
        self._stats.incr(f"{PREFIX}.{name}", number, tags=tags)

    def time(self, name: str, seconds: float, **tags: str) -> None:
        """How long something took; Airflow's timings are in milliseconds."""
        self._stats.timing(f"{PREFIX}.{name}", 1_000 * seconds, tags=tags)

    def gauge(self, name: str, value: float, **tags: str) -> None:
        """How many of something there are."""
        self._stats.gauge(f"{PREFIX}.{name}", value, tags=tags)
