from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest
from airflow.sdk.serde import deserialize, serialize
from airflow.triggers.shared_stream import SharedStreamManager
from sqlalchemy import event

from airflow_provider_registry.triggers import alias, stream
from airflow_provider_registry.triggers.alias import ModelAliasTrigger
from tests.support.skin import set_connection

INTERVAL = 0.01


def trigger(alias="production", **kwargs):
    said: dict[str, Any] = {"model_registry_conn_id": "model_registry_default", "model_name": "churn"}
    return ModelAliasTrigger(**{**said, "alias": alias, "poll_interval": INTERVAL, **kwargs})


@pytest.fixture
def registry(skin_registry, artifact):
    skin_registry.register_version("churn", artifact, key="a")
    skin_registry.register_version("churn", artifact, key="b")
    return skin_registry


async def fired(one):
    """The events of a trigger that runs alone."""
    return [event.payload async for event in one.run()]


class Triggerer:
    """Runs triggers as Airflow's triggerer does: those of one key on one shared stream."""

    def __init__(self):
        self.manager = SharedStreamManager()
        self.number = 0

    async def run(self, one: ModelAliasTrigger) -> list[Any]:
        self.number += 1
        number, key = self.number, one.shared_stream_key()
        shared = self.manager.subscribe(trigger_id=number, trigger=one, key=key)
        try:
            return [event.payload async for event in one.filter_shared_stream(shared)]
        finally:
            await self.manager.unsubscribe(number, key)


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


def test_it_does_not_fire_before_the_scheduler_has_heard_of_the_deferral(registry, monkeypatch):
    """That takes time, which the test lets pass at once."""
    slept: list[float] = []
    really = asyncio.sleep

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await really(0)

    registry.promote("churn", 1, "production")
    monkeypatch.setattr(asyncio, "sleep", sleep)
    (payload,) = asyncio.run(Triggerer().run(trigger()))
    assert 1 == payload["version"]
    assert alias.SETTLE_SECONDS - 1 < max(slept) <= alias.SETTLE_SECONDS


def test_many_waits_of_one_connection_cost_one_statement_per_look(registry, artifact, monkeypatch):
    """Fifty waits, on two aliases each of whose model exists or not; every look is one SELECT of assignments."""
    monkeypatch.setattr(alias, "SETTLE_SECONDS", 0)
    looks: list[str] = []

    async def story():
        triggerer = Triggerer()
        waits = [asyncio.create_task(triggerer.run(trigger(f"alias-{number % 10}"))) for number in range(50)]
        while len(stream._watched.get(trigger().shared_stream_key(), ())) < 10:
            await asyncio.sleep(0)
        before = len(looks)
        while len(looks) < before + 3:
            await asyncio.sleep(0)
        for number in range(10):
            await asyncio.to_thread(registry.promote, "churn", 1, f"alias-{number}")
        return await asyncio.gather(*waits)

    def count(connection, cursor, statement, *_):
        if "registry_assignment" in statement and "asked_model" in statement:
            looks.append(statement)

    with listening(count):
        ended = asyncio.run(story())
    assert [1] * 50 == [payload["version"] for (payload,) in ended]
    assert all(statement.count("SELECT") == 1 for statement in looks)


def test_waits_of_other_intervals_or_connections_share_no_look():
    keys = {trigger().shared_stream_key(), trigger(poll_interval=5).shared_stream_key()}
    assert len(keys | {trigger(model_registry_conn_id="other").shared_stream_key()}) == 3
    assert trigger("staging").shared_stream_key() == trigger("production", moved_off=1).shared_stream_key()


def test_what_nobody_waits_for_any_more_is_not_looked_at(registry):
    async def story():
        waiting = asyncio.create_task(Triggerer().run(trigger()))
        while not stream._watched:
            await asyncio.sleep(0)
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting

    asyncio.run(story())
    assert stream._watched == {}


def test_pauses_grow_with_failures_and_end_at_a_minute():
    assert [10, 20, 40, 60, 60] == [stream.pause_after(failures, 10) for failures in range(5)]
    assert stream.pause_after(3, 300) == 300
    assert stream.pause_after(10_000, 10) == 60


@contextlib.contextmanager
def listening(count):
    from sqlalchemy import Engine

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", count)
