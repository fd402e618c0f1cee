"""The registry's figures among Airflow's."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.observability import stats as core_stats
from airflow.sdk.observability import stats

from airflow_provider_registry.compat import triggerer_stats
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook


class Backend:
    """Airflow's stats go to it, as to statsd."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any, Any]] = []

    def incr(self, stat: str, count: int = 1, rate: float = 1, *, tags: Any = None) -> None:
        self.told.append((stat, count, tags))

    def timing(self, stat: str, dt: Any, *, tags: Any = None) -> None:
        self.told.append((stat, "ms", tags))

    def gauge(self, stat: str, value: Any, rate: float = 1, delta: bool = False, *, tags: Any = None) -> None:
        self.told.append((stat, value, tags))


@pytest.fixture
def backend():
    """What tasks tell."""
    backend = Backend()
    told: Any = backend
    stats.initialize(factory=lambda: told, export_legacy_names=True)
    yield backend
    stats.initialize(factory=_none, export_legacy_names=True)


def _none() -> Any:
    from airflow.sdk._shared.observability.metrics.base_stats_logger import NoStatsLogger

    return NoStatsLogger()


def test_what_a_task_does_is_among_airflows_figures(skin_registry, artifact, backend):
    ModelRegistryHook().get_conn().register_version("churn", artifact)
    told = {name: (number, tags) for name, number, tags in backend.told}
    assert (1, {"act": "register", "outcome": "done"}) == told["model_registry.acts"]
    assert ("ms", {"act": "register"}) == told["model_registry.act_duration"]
    assert artifact.stat().st_size == told["model_registry.bytes_stored"][0]


def test_triggers_have_the_stats_that_the_triggerer_sets_up():
    assert core_stats is triggerer_stats()
