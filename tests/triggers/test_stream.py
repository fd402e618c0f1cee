"""The one look of all waits, as Airflow's triggerer runs it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import Any

import pytest

from airflow_provider_registry.errors import DatabaseUnavailableError
from airflow_provider_registry.registry.watch.watch import Watch
from airflow_provider_registry.triggers import base, reader, stream, wait
from airflow_provider_registry.triggers.alias import ModelAliasTrigger
from airflow_provider_registry.triggers.request import PromotionRequestTrigger
from tests.support.skin import APPROVALS
from tests.support.triggerer import STREAMS, Triggerer, looks, until

INTERVAL = 0.01
GIVEN: Any = {"model_registry_conn_id": "model_registry_default", "model_name": "churn", "poll_interval": INTERVAL}
KEY = stream.stream_key("model_registry_default", INTERVAL)


def for_alias(alias="production", **kwargs):
    return ModelAliasTrigger(**GIVEN | {"alias": alias} | kwargs)


def for_request(alias="production", **kwargs):
    return PromotionRequestTrigger(**GIVEN | {"alias": alias, "version": 1} | kwargs)


@pytest.fixture
def registry(skin_registry, artifact, monkeypatch):
    """A version of `churn`, waits that may end at once, and at the end nothing that is left of them."""
    monkeypatch.setattr(base, "SETTLE_SECONDS", 0)
    monkeypatch.setattr(base, "is_triggerer", lambda: True)
    skin_registry.register_version("churn", artifact, metrics={"auc": 0.9})
    yield skin_registry
    assert stream._rooms == {}


def waiting():
    """How many waits are held."""
    return sum(len(waits) for room in stream._rooms.values() for waits in room.waits.values())


async def cancelled(*tasks):
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("streams", STREAMS)
def test_waits_of_both_kinds_cost_two_statements_per_look_with_one_parameter_for_all_names(registry, streams):
    async def story():
        triggerer = Triggerer(streams)
        waits = [triggerer.start(kind(f"alias-{n % 10}")) for n in range(50) for kind in (for_alias, for_request)]
        await until(lambda: waiting() == 100)
        seen = len(sent)
        await until(lambda: len(sent) >= seen + 8)
        await cancelled(*waits)

    with looks() as sent:
        asyncio.run(story())
    kinds = ["registry_request" in statement for statement in sent]
    assert not any(one == other for one, other in zip(kinds[-8:], kinds[-7:], strict=False))
    assert max(statement.count("?") for statement in sent) <= 20


@pytest.mark.parametrize(("kind", "table"), [(for_alias, "registry_assignment"), (for_request, "registry_request")])
def test_only_the_statement_that_is_needed_is_sent(registry, kind, table):
    async def story():
        one = Triggerer().start(kind())
        await until(lambda: len(sent) > 3)
        await cancelled(one)

    with looks() as sent:
        asyncio.run(story())
    assert all(table in statement for statement in sent)


@pytest.mark.parametrize("streams", STREAMS)
def test_ten_thousand_waits_are_one_statement_and_all_end(registry, monkeypatch, streams):
    """Half of them for the same request, and half each for an alias of its own; all at once, in slices of a hundred."""
    monkeypatch.setattr(stream, "SLICE", 100)
    monkeypatch.setattr(stream, "PAUSE", 0.001)
    registry.set_policy("churn", "production", APPROVALS)

    async def story():
        triggerer = Triggerer(streams)
        waits = [triggerer.start(for_request(settled=True, poll_interval=0.2)) for _ in range(5_000)]
        waits += [triggerer.start(for_request(f"alias-{n}", poll_interval=0.2)) for n in range(5_000)]
        await until(lambda: waiting() == 10_000)
        request = await asyncio.to_thread(registry.request_promotion, "churn", 1, "production")
        seen = len(sent)
        await until(lambda: len(sent) > seen + 1)
        await asyncio.to_thread(registry.withdraw, request.request_id, reason="over")
        ended = await asyncio.gather(*waits[:5_000])
        await cancelled(*waits[5_000:])
        return ended

    with looks() as sent:
        ended = asyncio.run(story())
    assert {payload["state"] for payload in ended} == {"withdrawn"}
    assert max(statement.count("?") for statement in sent) <= 20


def test_waits_are_told_in_slices_with_a_real_pause_after_each(registry, monkeypatch):
    """Between two slices the loop sleeps for `PAUSE`; only a slice's triggers fire before it."""
    monkeypatch.setattr(stream, "PAUSE", 0.003)
    fired_at_pause: list[int] = []
    told: list[wait.Wait] = []
    really_tell, really_sleep = wait.Wait.tell, asyncio.sleep

    def tell(self):
        told.append(self)
        really_tell(self)

    async def sleep(seconds, result=None):
        if seconds == 0.003 and told:
            fired_at_pause.append(len(told))
            told.clear()
        return await really_sleep(seconds, result)

    async def story():
        triggerer = Triggerer()
        waits = [triggerer.start(for_alias(poll_interval=5)) for _ in range(2 * stream.SLICE + 3)]
        await asyncio.gather(*waits)
        return triggerer.fired

    registry.promote("churn", 1, "production")
    monkeypatch.setattr(wait.Wait, "tell", tell)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    assert len(asyncio.run(story())) == 2 * stream.SLICE + 3
    assert fired_at_pause == [stream.SLICE, stream.SLICE, 3]


def test_the_first_look_is_at_once_and_the_others_an_interval_apart(registry, monkeypatch):
    slept: list[float] = []
    really = asyncio.sleep

    async def sleep(seconds, result=None):
        if seconds > 1:
            slept.append(seconds)
        return await really(0, result)

    async def story():
        one = Triggerer().start(for_alias(poll_interval=7))
        await until(lambda: len(sent) == 1 and slept)
        await cancelled(one)

    registry.promote("churn", 1, "staging")
    monkeypatch.setattr(asyncio, "sleep", sleep)
    with looks() as sent:
        asyncio.run(story())
    assert 6 < max(slept) <= 7


def test_nothing_is_told_before_the_scheduler_has_heard_of_the_deferral(registry, monkeypatch):
    """It is found at once, and told ten seconds after it began: the loop sleeps as long, and looks no sooner."""
    monkeypatch.setattr(base, "SETTLE_SECONDS", 10.0)
    slept: list[float] = []
    really = asyncio.sleep

    async def sleep(seconds, result=None):
        if seconds > 1:
            slept.append(seconds)
        return await really(0, result)

    async def story():
        one = Triggerer().start(for_alias(poll_interval=60))
        await until(lambda: slept)
        assert not one.done()
        await cancelled(one)

    registry.promote("churn", 1, "production")
    monkeypatch.setattr(asyncio, "sleep", sleep)
    asyncio.run(story())
    assert 9 < slept[0] <= 10


def test_what_is_no_longer_so_when_a_wait_has_settled_is_not_told(registry, monkeypatch):
    monkeypatch.setattr(base, "SETTLE_SECONDS", 2.0)

    async def story():
        clock = asyncio.get_running_loop().time
        one, settled = Triggerer().start(for_alias()), clock() + 2.1
        await until(lambda: len(sent) > 1)
        await asyncio.to_thread(registry.clear_alias, "churn", "production")
        await until(lambda: clock() > settled or one.done())
        seen = len(sent)
        await until(lambda: len(sent) > seen + 2 or one.done())
        assert not one.done()
        await cancelled(one)

    registry.promote("churn", 1, "production")
    with looks() as sent:
        asyncio.run(story())


def test_a_cancelled_wait_is_not_looked_at_any_more(registry):
    async def story():
        triggerer = Triggerer()
        stays, goes = triggerer.start(for_alias()), triggerer.start(for_request())
        await until(lambda: len(sent) > 2)
        await cancelled(goes)
        assert waiting() == 1
        seen = len(sent)
        await until(lambda: len(sent) > seen + 3)
        assert not any("registry_request" in statement for statement in sent[seen + 1 :])
        await cancelled(stays)

    with looks() as sent:
        asyncio.run(story())


def test_a_wait_that_is_cancelled_while_it_is_due_harms_no_other(registry, monkeypatch):
    monkeypatch.setattr(stream, "SLICE", 1)

    async def story():
        triggerer = Triggerer()
        waits = [triggerer.start(for_alias()) for _ in range(3)]
        await until(lambda: any(each.done() for each in waits))
        first = next(each for each in waits if each.done())
        left = [each for each in waits if each is not first]
        await cancelled(left[0])
        return await left[1]

    registry.promote("churn", 1, "production")
    assert asyncio.run(story())["version"] == 1


def test_the_database_goes_away_and_comes_back(registry, monkeypatch, caplog):
    """Every wait is still there, its look goes on with growing pauses, and each is told once."""
    away = threading.Event()
    really, failed = Watch.look, []

    def look(self, registry, joined, left):
        if away.is_set():
            failed.append(list(joined))
            raise DatabaseUnavailableError("nobody is there")
        return really(self, registry, joined, left)

    monkeypatch.setattr(Watch, "look", look)

    async def story():
        triggerer = Triggerer()
        waits = [triggerer.start(for_alias()) for _ in range(20)]
        await until(lambda: waiting() == 20)
        away.set()
        await until(lambda: len(failed) >= 3)
        await asyncio.to_thread(registry.promote, "churn", 1, "production")
        away.clear()
        await asyncio.gather(*waits)
        return triggerer.fired

    assert [1] * 20 == [payload["version"] for payload in asyncio.run(story())]
    assert "for the 3. time in a row" in caplog.text


def test_a_look_that_does_not_end_keeps_nobody_from_a_deadline_and_no_other_begins_beside_it(
    registry, monkeypatch, caplog
):
    monkeypatch.setattr(reader, "LIMIT", INTERVAL)
    standing, looked = threading.Event(), []
    really = Watch.look

    def look(self, registry, joined, left):
        looked.append(list(joined))
        if len(looked) == 2:
            standing.wait(60)
        return really(self, registry, joined, left)

    monkeypatch.setattr(Watch, "look", look)

    async def story():
        triggerer = Triggerer()
        one = triggerer.start(for_alias())
        await until(lambda: len(looked) == 2)
        late = await triggerer.start(for_alias("staging", timeout=2 * INTERVAL))
        await until(lambda: "the 2. time in a row" in caplog.text)
        assert 2 == len(looked)
        await asyncio.to_thread(registry.promote, "churn", 1, "production")
        standing.set()
        return late, await one

    late, found = asyncio.run(story())
    assert late == {"timed_out": True}
    assert 1 == found["version"]
    assert "has not answered for" in caplog.text


def test_pauses_grow_with_failures_and_end_at_a_minute():
    assert [10, 20, 40, 60, 60] == [stream.pause_after(failures, 10) for failures in range(5)]
    assert stream.pause_after(3, 300) == 300
    assert stream.pause_after(10_000, 10) == 60


def test_a_defect_of_ours_does_not_end_the_look_either(registry, monkeypatch, caplog):
    monkeypatch.setattr(stream, "MAX_PAUSE", INTERVAL)
    broken = threading.Event()
    broken.set()
    really = wait.Wait.seen

    def seen(self, found):
        if broken.is_set():
            raise ZeroDivisionError("a defect")
        really(self, found)

    monkeypatch.setattr(wait.Wait, "seen", seen)

    async def story():
        one = Triggerer().start(for_alias())
        await until(lambda: "goes on after an error" in caplog.text)
        broken.clear()
        return await one

    registry.promote("churn", 1, "production")
    assert asyncio.run(story())["version"] == 1


@pytest.mark.skipif(STREAMS == [False], reason="Airflow has no streams that end")
def test_a_look_that_something_ended_begins_again_while_anybody_waits(registry, caplog):
    async def story():
        triggerer = Triggerer()
        one = triggerer.start(for_alias())
        await until(lambda: len(sent) > 1)
        await triggerer.manager.stop_all()
        await asyncio.to_thread(registry.promote, "churn", 1, "production")
        return await one

    with looks() as sent:
        assert asyncio.run(story())["version"] == 1
    assert "begins again" in caplog.text


def test_a_wait_that_is_cancelled_before_it_began_leaves_nothing(registry):
    async def story():
        room = stream.room_of(KEY)
        with room.looking():
            pass
        return stream._rooms

    assert {} == asyncio.run(story())


def test_a_new_stream_of_the_same_key_takes_the_place_of_one_that_is_ending(registry):
    """The last subscriber leaves, and another comes before Airflow has ended the old look."""

    async def story():
        triggerer = Triggerer()
        first = triggerer.start(for_alias())
        await until(lambda: len(sent) > 1)
        first.cancel()
        second = triggerer.start(for_alias())
        await asyncio.to_thread(registry.promote, "churn", 1, "production")
        with contextlib.suppress(asyncio.CancelledError):
            await first
        return await second

    with looks() as sent:
        assert asyncio.run(story())["version"] == 1


def test_two_triggerers_each_tell_their_own_waits_once(registry):
    """Two event loops in two threads stand for two processes, of which one is late."""
    ended: list[list[Any]] = []
    began = threading.Barrier(3)

    def triggerer():
        async def story():
            mine = Triggerer()
            waits = [mine.start(for_alias()) for _ in range(5)]
            await asyncio.to_thread(began.wait)
            await asyncio.gather(*waits)
            ended.append(mine.fired)

        asyncio.run(story())

    threads = [threading.Thread(target=triggerer) for _ in range(2)]
    for thread in threads:
        thread.start()
    began.wait()
    registry.promote("churn", 1, "production")
    for thread in threads:
        thread.join()
    assert [[payload["version"] for payload in fired] for fired in ended] == [[1] * 5, [1] * 5]


def test_a_triggerer_that_is_started_again_tells_what_was_decided_meanwhile(registry):
    registry.set_policy("churn", "production", APPROVALS)
    request = registry.request_promotion("churn", 1, "production")
    _, kwargs = for_request(known=request.mark, settled=True).serialize()

    async def killed():
        waits = [Triggerer().start(PromotionRequestTrigger(**kwargs)) for _ in range(3)]
        await until(lambda: waiting() == 3)
        await cancelled(*waits)

    async def started_again():
        triggerer = Triggerer()
        return await asyncio.gather(*(triggerer.start(PromotionRequestTrigger(**kwargs)) for _ in range(3)))

    asyncio.run(killed())
    registry.withdraw(request.request_id, reason="over")
    assert [payload["state"] for payload in asyncio.run(started_again())] == ["withdrawn"] * 3
