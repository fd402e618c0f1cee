"""The watcher of a model asset: what it fires, and what a triggerer that is lost on the way leaves."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from functools import partial
from typing import Any

import pytest
from airflow.sdk.serde import deserialize, serialize

from airflow_provider_registry.assets.model import model_asset, model_event_asset
from airflow_provider_registry.triggers import record
from airflow_provider_registry.triggers.record import ModelRecordTrigger, reader_of
from tests.support.skin import APPROVALS, set_connection
from tests.support.triggerer import Triggerer, looks, until

LIVE = model_asset("churn", "production", watch=True)


def watcher(asset=LIVE):
    return ModelRecordTrigger(uri=asset.uri, poll_interval=0.01)


@pytest.fixture
def registry(skin_registry, artifact):
    """Two versions of `churn`, of which the first is live."""
    for key in "ab":
        skin_registry.register_version("churn", artifact, metrics={"auc": 0.9}, key=key)
    skin_registry.promote("churn", 1, "production")
    return skin_registry


@pytest.fixture
def noting(monkeypatch):
    """What was fired is noted at once."""
    monkeypatch.setattr(record, "NOTE_AFTER", 0.0)


class Watching:
    """A watcher under way, in a triggerer of its own."""

    def __init__(self, asset=LIVE) -> None:
        self.events = watcher(asset).run()

    async def next(self) -> Any:
        return (await anext(self.events)).payload

    async def begun(self, registry, asset=LIVE):
        """Let it come to its beginning, which it notes."""
        first = asyncio.create_task(self.next())
        await until(lambda: registry.position(reader_of(watcher(asset).about), "churn"))
        return first


def watch(story, asset=LIVE):
    """Tell a story of a watcher, and end that."""

    async def told():
        watching = Watching(asset)
        async with aclosing(watching.events):
            return await story(watching)

    return asyncio.run(told())


def test_it_is_made_again_from_plain_json():
    classpath, kwargs = watcher().serialize()
    assert "airflow_provider_registry.triggers.record.ModelRecordTrigger" == classpath
    stored: Any = deserialize(serialize(kwargs))
    assert (classpath, kwargs) == ModelRecordTrigger(**stored).serialize()


def test_it_fires_for_each_act_that_makes_a_version_live_and_for_no_other(registry):
    async def story(watching):
        first = await watching.begun(registry)
        registry.set_tag("models:/churn/2", "a", "b")
        registry.promote("churn", 2, "staging")
        registry.promote("churn", 2, "production")
        registry.rollback("churn", "production", reason="worse")
        return await first, await watching.next()

    promoted, back = watch(story)
    assert ("alias.promoted", 2, 1) == (promoted["type"], promoted["version"], promoted["previous_version"])
    assert ("alias.rolled_back", 1, 2) == (back["type"], back["version"], back["previous_version"])
    assert registry.get_version("models:/churn/2").digest == promoted["digest"]
    assert back["event"] == promoted["event"] + 1 == registry.record_head("churn").count


def test_it_begins_with_what_happens_after_it_was_first_started(registry):
    async def story(watching):
        first = await watching.begun(registry)
        registry.promote("churn", 2, "production")
        return await first

    assert 2 == watch(story)["version"]


@pytest.mark.usefixtures("noting")
def test_what_happens_while_no_triggerer_runs_is_found_later_and_nothing_is_told_twice(registry):
    async def before(watching):
        first = await watching.begun(registry)
        registry.promote("churn", 2, "production")
        await first
        waiting = asyncio.create_task(watching.next())
        await until(lambda: registry.record_head("churn").count == noted())
        waiting.cancel()
        await asyncio.wait([waiting])

    def noted():
        return registry.position(reader_of(watcher().about), "churn")

    async def after(watching):
        return await watching.next()

    watch(before)
    registry.rollback("churn", "production", reason="worse")
    assert "alias.rolled_back" == watch(after)["type"]


def test_what_was_fired_just_before_a_triggerer_was_lost_is_fired_again(registry):
    async def before(watching):
        first = await watching.begun(registry)
        registry.promote("churn", 2, "production")
        return await first

    async def after(watching):
        return await watching.next()

    assert watch(before) == watch(after)


def test_only_what_was_fired_long_enough_ago_is_noted(registry, monkeypatch):
    """However fast acts follow each other: what was fired just before a triggerer was lost is fired again."""
    monkeypatch.setattr(record, "NOTE_AFTER", 0.5)
    noted = partial(registry.position, reader_of(watcher().about), "churn")

    async def story(watching):
        first = await watching.begun(registry)
        registry.promote("churn", 2, "production")
        fired = [(await first)["event"]]
        second = asyncio.create_task(watching.next())
        registry.rollback("churn", "production", reason="worse")
        fired.append((await second)["event"])
        third = asyncio.create_task(watching.next())
        seen = []
        for event in fired:
            await until(lambda event=event: noted() >= event)
            seen.append(noted())
        third.cancel()
        await asyncio.wait([third])
        return fired, seen

    fired, seen = watch(story)
    assert fired == seen


def test_a_model_that_is_not_there_yet_is_waited_for(skin_registry, artifact):
    new = model_asset("churn", watch=True)

    async def story(watching):
        first = asyncio.create_task(watching.next())
        with looks() as sent:
            await until(lambda: sent)
        skin_registry.register_version("churn", artifact)
        return await first

    said = watch(story, new)
    assert ("version.registered", 1, 2) == (said["type"], said["version"], said["event"])


def test_people_are_heard_of(registry):
    asked = model_event_asset("churn", "request.approved", alias="production")
    registry.set_policy("churn", "production", APPROVALS)

    async def story(watching):
        first = await watching.begun(registry, asked)
        request = registry.request_promotion("churn", 2, "production")
        from airflow_provider_registry.registry import Actor, Caller

        ana = registry.acting_as(Caller(Actor("tests", "ana", "ana")))
        ana.decide(request.request_id, verdict="approve", role="ml-lead", comment="fine, ana@example.com")
        return await first

    said = watch(story, asked)
    assert ["request.decided", "request.approved"] == said["kinds"]
    assert "ana" not in str(said)


def test_a_database_error_does_not_end_it(registry, monkeypatch, caplog):
    async def story(watching):
        first = await watching.begun(registry)
        set_connection(monkeypatch, host="sqlite:////nowhere/at/all.db")
        registry.promote("churn", 2, "production")
        await until(lambda: "goes on" in caplog.text)
        set_connection(monkeypatch, host=str(registry.engine.url))
        return await first

    assert 2 == watch(story)["version"]


def test_any_number_of_watchers_and_waits_share_one_look(registry):
    async def story():
        triggerer = Triggerer()
        assets = [LIVE, model_asset("churn", watch=True), model_event_asset("churn", "version.tagged")]
        keys = {watcher(asset).shared_stream_key() for asset in assets}
        assert 1 == len(keys)
        running = [triggerer.start(watcher(asset)) for asset in assets]
        readers = [reader_of(watcher(asset).about) for asset in assets]
        await until(lambda: all(registry.position(reader, "churn") for reader in readers))
        with looks() as sent:
            await until(lambda: len(sent) > 3)
        for one in running:
            one.cancel()
        await asyncio.wait(running)
        return sent

    assert 1 == len(set(asyncio.run(story())))


def test_the_name_of_a_reader_is_never_too_long():
    long = model_asset("/".join(["m" * 60] * 4), "a" * 250, watch=True)
    assert len(reader_of(watcher(long).about)) <= 255
    assert reader_of(watcher(long).about) != reader_of(watcher(LIVE).about)
