from __future__ import annotations

import asyncio
from typing import Any

import pytest
from airflow.sdk.serde import deserialize, serialize

from airflow_provider_registry.errors import InvalidNameError
from airflow_provider_registry.triggers.alias import ModelAliasTrigger
from tests.support.skin import set_connection


def trigger(alias="production", **kwargs):
    said: dict[str, Any] = {"model_registry_conn_id": "model_registry_default", "model_name": "churn"}
    return ModelAliasTrigger(**{**said, "alias": alias, "poll_interval": 0.01, **kwargs})


@pytest.fixture
def registry(skin_registry, artifact):
    skin_registry.register_version("churn", artifact, key="a")
    skin_registry.register_version("churn", artifact, key="b")
    return skin_registry


async def fired(one):
    """The events of a trigger that runs alone."""
    return [event.payload async for event in one.run()]


def test_it_is_made_again_from_plain_json():
    made = trigger(moved_off=3)
    classpath, kwargs = made.serialize()
    assert classpath == "airflow_provider_registry.triggers.alias.ModelAliasTrigger"
    stored: Any = deserialize(serialize(kwargs))
    again = ModelAliasTrigger(**stored)
    assert again.serialize() == made.serialize()


def test_it_fires_once_with_what_the_alias_points_at(registry):
    held = registry.promote("churn", 1, "production")
    assert asyncio.run(fired(trigger())) == [held.as_mapping()]


def test_it_waits_until_a_version_has_the_alias(registry):
    async def story():
        waiting = asyncio.create_task(fired(trigger(moved_off=1)))
        await asyncio.to_thread(registry.promote, "churn", 1, "production")
        await asyncio.to_thread(registry.promote, "churn", 2, "production")
        return await waiting

    assert [2] == [payload["version"] for payload in asyncio.run(story())]


def test_a_database_error_never_ends_a_wait(registry, monkeypatch, caplog):
    async def story():
        set_connection(monkeypatch, host="sqlite:////nowhere/at/all.db")
        waiting = asyncio.create_task(fired(trigger()))
        while "could not be read" not in caplog.text:
            await asyncio.sleep(0)
        set_connection(monkeypatch, host=str(registry.engine.url))
        await asyncio.to_thread(registry.promote, "churn", 1, "production")
        return await waiting

    assert [1] == [payload["version"] for payload in asyncio.run(story())]


def test_waits_of_other_intervals_or_connections_share_no_look():
    keys = {trigger().shared_stream_key(), trigger(poll_interval=5).shared_stream_key()}
    assert len(keys | {trigger(model_registry_conn_id="other").shared_stream_key()}) == 3
    assert trigger("staging").shared_stream_key() == trigger("production", moved_off=1).shared_stream_key()


def test_a_name_that_would_spoil_the_look_of_all_is_refused():
    with pytest.raises(InvalidNameError, match="latest"):
        trigger("latest")
