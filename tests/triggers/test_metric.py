"""The wait for a version that degrades: it reads metrics only when something happened, and never wakes for nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from airflow.sdk.serde import deserialize, serialize

from airflow_provider_registry.triggers.alias import ModelAliasTrigger
from airflow_provider_registry.triggers.metric import ModelMetricTrigger
from tests.support.skin import set_connection
from tests.support.triggerer import STREAMS, Triggerer, looks, until

BROKEN = {"metric": "auc", "threshold": 0.8, "greater_is_better": True, "windows": 2}


def trigger(reference="models:/churn@production", **kwargs):
    said: dict[str, Any] = {"model_registry_conn_id": "model_registry_default", "model_name": "churn"}
    return ModelMetricTrigger(**said, reference=reference, condition=BROKEN, poll_interval=0.01, **kwargs)


@pytest.fixture
def registry(skin_registry, artifact):
    """Two versions of `churn`, of which the first is live."""
    for key in "ab":
        skin_registry.register_version("churn", artifact, metrics={"auc": 0.9}, key=key)
    skin_registry.promote("churn", 1, "production")
    return skin_registry


@pytest.fixture
def read(monkeypatch):
    """What came of each time that the metrics were read."""
    found, by_itself = [], ModelMetricTrigger._read

    def note(self, registry):
        found.append(by_itself(self, registry))
        return found[-1]

    monkeypatch.setattr(ModelMetricTrigger, "_read", note)
    return found


def record(registry, version, hour, auc):
    window = f"2026-03-03T{hour:02}:00:00+00:00", f"2026-03-03T{hour + 1:02}:00:00+00:00"
    registry.record_metrics(f"models:/churn/{version}", {"auc": auc}, window=window)


async def fired(one):
    """The events of a trigger that runs alone."""
    return [event.payload async for event in one.run()]


def test_it_is_made_again_from_plain_json():
    classpath, kwargs = trigger().serialize()
    assert "airflow_provider_registry.triggers.metric.ModelMetricTrigger" == classpath
    stored: Any = deserialize(serialize(kwargs))
    assert (classpath, kwargs) == ModelMetricTrigger(**stored).serialize()


def test_it_fires_once_the_condition_is_broken_in_so_many_windows_in_a_row(registry, read):
    async def story():
        waiting = asyncio.create_task(fired(trigger()))
        await until(lambda: len(read) == 1)
        for hour, auc in enumerate((0.7, 0.9, 0.7)):
            await asyncio.to_thread(record, registry, 1, hour, auc)
            await until(lambda hour=hour: len(read) == hour + 2)
        assert not waiting.done()
        await asyncio.to_thread(record, registry, 1, 3, 0.6)
        return await waiting

    (payload,) = asyncio.run(story())
    assert [None, None, None, None] == read[:-1]
    assert (payload["version"], payload["degraded"]) == (1, True)
    assert [window["value"] for window in payload["windows"]] == [0.6, 0.7]


def test_the_version_that_is_live_then_counts(registry, read):
    for hour in (0, 1):
        record(registry, 2, hour, 0.6)

    async def story():
        waiting = asyncio.create_task(fired(trigger()))
        await until(lambda: len(read) == 1)
        await asyncio.to_thread(registry.promote, "churn", 2, "production")
        return await waiting

    assert [2] == [payload["version"] for payload in asyncio.run(story())]


def test_while_nothing_happens_no_metrics_are_read(registry, read):
    async def story():
        waiting = asyncio.create_task(fired(trigger()))
        await until(lambda: len(read) == 1)
        with looks() as sent:
            await until(lambda: len(sent) == 20)
        waiting.cancel()

    asyncio.run(story())
    assert 1 == len(read)


@pytest.mark.parametrize("streams", STREAMS)
def test_any_number_of_them_and_of_other_waits_share_one_look(registry, read, streams):
    """At most two statements an interval, whatever waits (rule 12)."""
    conn_id = "model_registry_default"
    alias = ModelAliasTrigger(model_registry_conn_id=conn_id, model_name="churn", alias="staging", poll_interval=0.01)

    async def story():
        triggerer = Triggerer(streams)
        waits = [triggerer.start(one) for one in (alias, *(trigger() for _ in range(5)))]
        await until(lambda: len(read) == 5)
        with looks() as sent:
            await until(lambda: len(sent) == 10)
        for one in waits:
            one.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
        return sent

    assert 10 == len(asyncio.run(story()))
    assert 5 == len(read)


def test_a_database_error_never_ends_a_wait(registry, monkeypatch, caplog):
    for hour in (0, 1):
        record(registry, 1, hour, 0.6)

    async def story():
        set_connection(monkeypatch, host="sqlite:////nowhere/at/all.db")
        waiting = asyncio.create_task(fired(trigger()))
        while "could not be read" not in caplog.text:
            await asyncio.sleep(0)
        set_connection(monkeypatch, host=str(registry.engine.url))
        return await waiting

    assert [1] == [payload["version"] for payload in asyncio.run(story())]


def test_a_model_that_is_not_there_yet_is_waited_for(skin_registry, artifact, read):
    async def story():
        waiting = asyncio.create_task(fired(trigger("models:/churn/1")))
        await asyncio.to_thread(skin_registry.register_version, "churn", artifact)
        for hour in (0, 1):
            await asyncio.to_thread(record, skin_registry, 1, hour, 0.6)
        return await waiting

    assert [1] == [payload["version"] for payload in asyncio.run(story())]
