from __future__ import annotations

import asyncio
from typing import Any

import pytest

from airflow_provider_registry.triggers.deployment import DeploymentTrigger
from tests.support.skin import set_connection


def trigger(**kwargs):
    said: dict[str, Any] = {"model_registry_conn_id": "model_registry_default", "model_name": "Churn"}
    place = {"environment": "production", "target": "eu"}
    return DeploymentTrigger(**{**said, **place, "poll_interval": 0.01, **kwargs})


@pytest.fixture
def registry(skin_registry, artifact):
    skin_registry.register_version("churn", artifact, key="a")
    skin_registry.register_version("churn", artifact, key="b")
    return skin_registry


async def fired(one):
    """The events of a trigger that runs alone."""
    return [event.payload async for event in one.run()]


async def said(registry, version, target="eu", **more):
    place = (f"models:/churn/{version}", "production", target)
    return await asyncio.to_thread(lambda: registry.record_deployment(*place, **more))


def test_it_fires_once_with_what_runs_as_it_should(registry):
    found = registry.record_deployment("models:/churn/1", "production", "eu", desired="running", actual="running")
    assert asyncio.run(fired(trigger())) == [found.as_mapping()]


def test_it_waits_through_a_rollout_until_the_new_version_runs(registry):
    async def story():
        await said(registry, 1, desired="running", actual="running")
        waiting = asyncio.create_task(fired(trigger(version=2)))
        await said(registry, 2, desired="running")
        await said(registry, 2, target="us", desired="running", actual="running")
        await said(registry, 2, actual="pending")
        await said(registry, 2, actual="running")
        return await waiting

    assert [("running", 2, True)] == [
        (payload["actual"], payload["actual_version"], payload["is_met"]) for payload in asyncio.run(story())
    ]


def test_a_failure_ends_the_wait(registry):
    registry.record_deployment("models:/churn/1", "production", "eu", desired="running", actual="failed")
    (payload,) = asyncio.run(fired(trigger()))
    assert ("failed", False) == (payload["actual"], payload["is_met"])


def test_time_runs_out(registry):
    assert [{"timed_out": True}] == asyncio.run(fired(trigger(timeout=0.0, model_name="nobody")))


def test_a_database_error_never_ends_the_wait(registry, monkeypatch, caplog):
    async def story():
        set_connection(monkeypatch, host="sqlite:////nowhere/at/all.db")
        waiting = asyncio.create_task(fired(trigger()))
        while "could not be read" not in caplog.text:
            await asyncio.sleep(0)
        set_connection(monkeypatch, host=str(registry.engine.url))
        await said(registry, 1, desired="running", actual="running")
        return await waiting

    assert 1 == len(asyncio.run(story()))


def test_all_that_wait_for_targets_of_a_model_read_them_once_when_its_record_has_grown(registry, monkeypatch):
    reads = []
    of_model = type(registry).deployments

    def reading(self, *args, **kwargs):
        reads.append(args)
        return of_model(self, *args, **kwargs)

    async def story():
        for number in range(20):
            await said(registry, 1, target=f"eu-{number}", desired="running", actual="running")
        monkeypatch.setattr(type(registry), "deployments", reading)
        return await asyncio.gather(*(fired(trigger(target=f"eu-{number}")) for number in range(20)))

    found = asyncio.run(story())
    assert 20 == len({payload["target"] for (payload,) in found})
    assert 1 == len(reads)
