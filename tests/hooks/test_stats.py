"""The registry's figures among Airflow's."""

from __future__ import annotations

import asyncio
from inspect import signature
from typing import Any

import pytest
from airflow.sdk._shared.observability.metrics.base_stats_logger import NoStatsLogger

from airflow_provider_registry.compat import core_stats, sdk_stats
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.triggers.alias import ModelAliasTrigger


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
def backend(request):
    """What Airflow's backend is told."""
    backend = Backend()
    initialize = getattr(request, "param", sdk_stats)().initialize
    more = {"export_legacy_names": True} if "export_legacy_names" in signature(initialize).parameters else {}
    initialize(factory=lambda: backend, **more)
    yield backend
    initialize(factory=NoStatsLogger, **more)


def test_what_a_task_does_is_among_airflows_figures(skin_registry, artifact, backend):
    with ModelRegistryHook().get_conn() as registry:
        registry.register_version("churn", artifact)
    told = {name: (number, tags) for name, number, tags in backend.told}
    assert (1, {"act": "register", "outcome": "done"}) == told["model_registry.acts"]
    assert ("ms", {"act": "register"}) == told["model_registry.act_duration"]
    assert artifact.stat().st_size == told["model_registry.bytes_stored"][0]


@pytest.mark.parametrize("backend", [core_stats], indirect=True)
def test_what_waits_in_a_triggerer_is_too_and_none_once_it_has_ended(skin_registry, artifact, backend):
    skin_registry.register_version("churn", artifact)
    skin_registry.promote("churn", 1, "production")
    given: dict[str, Any] = {"model_registry_conn_id": "model_registry_default", "poll_interval": 0.01}

    async def fired():
        return [event async for event in ModelAliasTrigger(model_name="churn", alias="production", **given).run()]

    assert 1 == len(asyncio.run(fired()))
    here = {"conn_id": "model_registry_default"}
    assert [1, 0] == [number for name, number, tags in backend.told if (name, tags) == ("model_registry.waits", here)]
    assert ("model_registry.look_duration", "ms", here) in backend.told
