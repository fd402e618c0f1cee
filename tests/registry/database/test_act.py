"""The act: all of it or nothing, once however often it is asked for, and later than everything before."""

from __future__ import annotations

import sqlite3
import threading
from datetime import timedelta
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, create_engine, event, select, text
from sqlalchemy.exc import OperationalError

from airflow_provider_registry.errors import DatabaseUnavailableError, RegistryError
from airflow_provider_registry.registry.database import clock, retry
from airflow_provider_registry.registry.database.act import Act as RunningAct
from airflow_provider_registry.registry.database.migrate import downgrade
from airflow_provider_registry.registry.record.tables import EventRow
from tests.registry.database.acts import ACTS, Act
from tests.support.kernel import FLOOR, Watch, World, contents, driver_of, stopped_clock, watching
from tests.support.postgres import dsn_of

# A lease is a guard, not a part of the act, and a check of bytes says something about the store. A series is made
# before its first points, and says nothing without any.
BESIDE = ("registry_lease", "registry_bytes_check", "registry_metric_series")
MOST = 60


class BrokenError(Exception):
    """Stands for any error in the middle of an act."""


def fail(connection: Connection) -> None:
    raise BrokenError


@pytest.fixture(params=ACTS)
def prepared(request: pytest.FixtureRequest, world: World) -> tuple[World, Act]:
    """A world in which one act is about to be done."""
    before, doing = ACTS[request.param]
    before(world)
    return world, doing


def count(world: World) -> int:
    with world.registry.engine.connect() as connection:
        return len(connection.execute(select(EventRow.id)).all())


def test_an_act_is_all_or_nothing_at_every_statement(prepared):
    world, doing = prepared
    engine = world.registry.engine
    broken = 0
    for at in range(1, MOST):
        before = contents(engine, BESIDE)
        with watching(engine, at, fail) as watch:
            try:
                doing(world)
            except BrokenError:
                broken += 1
        if watch.committed:
            break
        assert before == contents(engine, BESIDE), f"something was left of the act that failed at statement {at}"
        assert not contents(engine)["registry_lease"]
    else:
        pytest.fail("the act never went through")
    assert broken > 3
    once = contents(engine, BESIDE)
    doing(world)
    assert once == contents(engine, BESIDE)


def cut(connection: Connection) -> None:
    """The server ends the connection."""
    if connection.dialect.name == "sqlite":
        raise OperationalError("any", {}, sqlite3.OperationalError("database is locked"))
    pid = driver_of(connection).info.backend_pid
    with psycopg.connect(dsn_of(connection.engine.url)) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (pid,))


def test_a_connection_that_is_dropped_before_commit_is_replaced_and_the_act_done_once(world, quick):
    world.versions(0.8, 0.9)
    world.registry.set_policy("churn", "production", FLOOR)
    before, wanted = count(world), 1
    for at in range(1, MOST):
        with watching(world.registry.engine, at, cut) as watch:
            assert world.registry.promote("churn", wanted, "production").version == wanted
        assert before + at == count(world)
        wanted = 3 - wanted
        if not watch.done:
            break
    assert at > 10
    assert world.holders() == [2 - n % 2 for n in range(1, at + 1)]


def commit_and_cut(connection: Connection) -> None:
    """The COMMIT reaches the server, and its answer does not reach us."""
    driver = driver_of(connection)
    if connection.dialect.name == "sqlite":
        driver.execute("COMMIT")
        raise OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error"))
    driver.commit()
    driver.close()


class AfterCommit(Watch):
    """Loses the first answer to the COMMIT of an act."""

    def committing(self, connection: Connection) -> None:
        if self._appended and not self.done:
            self.done = True
            self._do(connection)
        self._appended = False


def test_an_act_appends_one_event_also_where_its_answer_is_lost_after_commit_and_a_repeat_none(prepared, quick):
    world, doing = prepared
    engine = world.registry.engine
    before = count(world)
    watch = AfterCommit(0, commit_and_cut)
    event.listen(engine, "before_cursor_execute", watch.before)
    event.listen(engine, "commit", watch.committing)
    first = doing(world)
    event.remove(engine, "before_cursor_execute", watch.before)
    event.remove(engine, "commit", watch.committing)
    assert watch.done
    assert before + 1 == count(world)
    after = contents(engine, BESIDE)
    assert first == doing(world)
    assert after == contents(engine, BESIDE)


def test_a_lost_answer_is_found_again_also_where_neither_a_task_nor_a_user_gave_a_key(world, quick):
    engine = world.registry.engine
    world.versions(0.9)
    watch = AfterCommit(0, commit_and_cut)
    event.listen(engine, "before_cursor_execute", watch.before)
    event.listen(engine, "commit", watch.committing)
    world.register("two")
    event.remove(engine, "before_cursor_execute", watch.before)
    event.remove(engine, "commit", watch.committing)
    assert watch.done
    assert world.registry.get_model("churn").latest_version == 2


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03", "57P01"])
def test_what_postgresql_says_will_pass_is_tried_again(world, state, quick):
    def refuse(connection: Connection) -> None:
        raise OperationalError("any", {}, psycopg.errors.lookup(state)("passes by itself"))

    world.registry.create_model("churn")
    for at in (1, 2, 4):
        with watching(world.registry.engine, at, refuse) as watch:
            world.registry.update_model("churn", team=f"team {at}")
        assert watch.done
    assert world.types() == ["model.created", *["model.updated"] * 3]


def test_a_database_that_stays_away_is_named_after_the_tries(world, monkeypatch, quick):
    world.registry.create_model("churn")
    monkeypatch.setattr(retry, "retrying", retry.retrying)

    def away(*_: Any) -> None:
        raise OperationalError("any", {}, psycopg.OperationalError("connection refused"))

    event.listen(world.registry.engine, "before_cursor_execute", away)
    with pytest.raises(DatabaseUnavailableError, match="connection refused"):
        world.registry.update_model("churn", team="growth")
    event.remove(world.registry.engine, "before_cursor_execute", away)


@pytest.fixture
def quick(monkeypatch):
    """Tries follow each other at once, and not for a minute."""
    from tenacity import stop_after_attempt, wait_none

    made = retry.retrying

    def hurried(seconds: float = 60.0) -> Any:
        return made(seconds).copy(wait=wait_none(), stop=stop_after_attempt(5))

    monkeypatch.setattr(retry, "retrying", hurried)


class TestRealDeadlock:
    @pytest.fixture
    def backend(self):
        return "postgresql"

    def test_a_deadlock_is_tried_again(self, world):
        """Somebody locks the events and then wants the model, while an act has the model and wants to append."""
        world.registry.create_model("churn")
        engine = create_engine(world.registry.engine.url)
        with engine.connect() as other, other.begin():
            other.execute(text("SET LOCAL deadlock_timeout = '60s'"))  # so that the act is the one to give up
            other.execute(text("LOCK TABLE registry_event IN SHARE MODE"))
            acting = threading.Thread(target=lambda: world.registry.update_model("churn", team="growth"))
            acting.start()
            watch = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'registry_event'::regclass"
            while not other.execute(text(watch)).scalar():
                pass
            other.execute(text("SELECT id FROM registry_model FOR UPDATE"))
        acting.join()
        engine.dispose()
        assert world.types() == ["model.created", "model.updated"]
        assert world.registry.get_model("churn").team == "growth"


def test_another_registry_in_the_place_of_one_that_was_used_is_found_out(world):
    """A restored database, say: what was remembered of the models of the old one must not be believed."""
    world.registry.create_model("other")
    world.registry.create_model("churn", key="k")
    world.registry.update_model("churn", team="growth", key="k")
    downgrade(world.registry.engine, "base")
    world.registry.migrate()
    world.registry.create_model("churn", key="k")
    world.registry.update_model("churn", team="growth", key="k")
    assert world.types() == ["model.created", "model.updated"]
    world.registry.update_model("churn", team="growth", key="k")
    assert world.types() == ["model.created", "model.updated"]


class TestTime:
    def test_time_goes_on_while_the_clock_stands_still(self, world, monkeypatch):
        monkeypatch.setattr(clock, "local_time", stopped_clock())
        world.versions(0.8, 0.9)
        for number in (1, 2, 1, 2):
            world.registry.promote("churn", number, "production")
        times = [event.at for event in world.registry.events()]
        assert all(earlier < later for earlier, later in pairwise(times))
        history = world.registry.history("churn", "production")
        assert all(one.to_at == two.from_at for one, two in pairwise(history))
        assert all(one.to_at is None or one.from_at < one.to_at for one in history)
        world.registry.verify_record("churn")

    def test_time_goes_on_while_the_clock_goes_back(self, world, monkeypatch):
        world.versions(0.8, 0.9)
        first = world.registry.promote("churn", 1, "production")
        monkeypatch.setattr(clock, "local_time", stopped_clock())  # long ago
        second = world.registry.promote("churn", 2, "production")
        assert second.from_at == first.from_at + timedelta(microseconds=1)

    def test_the_time_of_an_act_is_read_after_the_lock(self, world):
        """An act that waited for another is later than it, whenever it began."""
        world.registry.create_model("churn")
        threads = [
            threading.Thread(target=world.registry.update_model, args=("churn",), kwargs={"team": f"{n}"})
            for n in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        events = list(world.registry.events())
        assert [event.seq for event in events] == list(range(1, 8))
        assert sorted(event.at for event in events) == [event.at for event in events]


def test_an_act_that_records_twice_is_refused(world):
    """One transaction, one event: the record would otherwise tell half of it."""
    from airflow_provider_registry.event_types import EventType
    from airflow_provider_registry.registry.caller import Asked

    world.registry.create_model("churn")

    def twice(doing: RunningAct) -> None:
        doing.record(EventType.MODEL_UPDATED, {"changed": []})
        doing.record(EventType.MODEL_UPDATED, {"changed": []})

    for work in (twice, lambda doing: None):
        with pytest.raises(AssertionError, match="exactly one event"):
            world.registry._core.acts.run(Asked("update", "churn"), work, lambda *_: None)
    assert world.types() == ["model.created"]


def test_what_an_act_refuses_is_a_registry_error_and_leaves_nothing(world):
    world.versions(0.9)
    before = contents(world.registry.engine)
    for call in (
        lambda: world.registry.create_model("Churn"),
        lambda: world.registry.clear_alias("churn", "production"),
        lambda: world.registry.rollback("churn", "production", reason="x"),
        lambda: world.registry.remove_policy("churn", "production", reason="x"),
        lambda: world.registry.restore_version("models:/churn/1"),
        lambda: world.registry.delete_tag("models:/churn/1", "none"),
        lambda: world.registry.update_model("none", team="x"),
    ):
        with pytest.raises(RegistryError):
            call()
    assert before == contents(world.registry.engine)
