"""The database's clock is set back, or forth and back: time goes on all the same, and nobody loses what is theirs."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from airflow_provider_registry.artifacts.progress import Counter
from airflow_provider_registry.errors import LeaseLostError, StorageUnavailableError
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.database import clock as database_clock
from airflow_provider_registry.registry.storage import leases
from tests.faults.cut.points import SEED
from tests.faults.how_long import LONG
from tests.faults.noting import noting
from tests.registry.requests.worlds import LEAD, approve, ask, now, protect
from tests.registry.storage.worlds import NOW, strand
from tests.support.kernel import World
from tests.support.postgres import dsn_of

DAY, HOUR = timedelta(days=1), timedelta(hours=1)

_SHADOW = """
CREATE SCHEMA shadow;
CREATE TABLE shadow.shift (by interval NOT NULL);
INSERT INTO shadow.shift VALUES ('0');
CREATE FUNCTION shadow.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql
    AS 'SELECT pg_catalog.clock_timestamp() + by FROM shadow.shift';
"""


class Clock:
    """The database's clock, in the hands of a test."""

    def __init__(self, set_by: Callable[[timedelta], None]) -> None:
        self._set_by = set_by

    def wrong_by(self, by: timedelta) -> None:
        """Set it so much before (or, negative, behind) the true time."""
        self._set_by(by)


@pytest.fixture
def clock(backend: str, migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the database of `migrated_url`: on SQLite that of the process, on PostgreSQL a function's shadow."""
    if backend == "sqlite":
        return Clock(lambda by: monkeypatch.setattr(database_clock, "datetime", _shifted(by)))
    dsn = dsn_of(migrated_url)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(_SHADOW)
        # Whoever connects from now on finds ours first.
        path = sql.SQL("ALTER DATABASE {} SET search_path = shadow, public, pg_catalog")
        connection.execute(path.format(sql.Identifier(connection.info.dbname)))

    def set_by(by: timedelta) -> None:
        with psycopg.connect(dsn) as connection:
            connection.execute("UPDATE shadow.shift SET by = %s", (by,))

    return Clock(set_by)


def _shifted(by: timedelta) -> type[datetime]:
    class Shifted(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + by

    return Shifted


@pytest.fixture
def world(clock: Clock, migrated_url: str, tmp_path: Path) -> Iterator[World]:
    """A registry on the database whose clock it is."""
    with Registry.connect(migrated_url, artifact_root=tmp_path / "artifacts", actor="tester") as registry:
        yield World(registry, tmp_path)


def test_the_clock_is_really_set(world, clock):
    clock.wrong_by(-DAY)
    back = world.registry.create_model("a").created_at
    clock.wrong_by(DAY)
    ahead = world.registry.create_model("b").created_at
    assert abs(ahead - back - 2 * DAY) < HOUR


def test_times_of_a_model_only_go_on_however_the_clock_jumps(world, clock):
    world.versions(0.8, 0.9, 0.95)
    with noting(f"REGISTRY_FAULT_SEED={SEED}"):
        _jump_about(world, clock, random.Random(SEED))
        world.registry.verify_record("churn")
        times = [event.at for event in world.registry.events()]
        assert all(earlier < later for earlier, later in pairwise(times))
        history = world.registry.history("churn", "production")
        assert all(one.to_at == two.from_at for one, two in pairwise(history))
        for one in history:
            found = world.registry.alias_at("churn", "production", one.from_at)
            assert found is not None
            assert (found.version, found.from_at) == (one.version, one.from_at)


def _jump_about(world: World, clock: Clock, chance: random.Random) -> None:
    """Act, and have the clock jump before each act: forth or back, by a microsecond or by days."""
    for _ in range(60 if LONG else 8):
        clock.wrong_by(chance.choice([-1, 1]) * timedelta(microseconds=10 ** chance.uniform(0, 12)))
        wanted = chance.choice([1, 2, 3])
        held = world.registry.holders([("churn", "production")])
        if not held or held["churn", "production"].version != wanted:
            world.registry.promote("churn", wanted, "production")
        world.registry.set_tag("models:/churn/1", "a", str(chance.random()))


@pytest.mark.parametrize("by", [-DAY, DAY])
def test_a_registration_during_which_the_clock_jumps_keeps_its_bytes(world, clock, by):
    """In the middle of the upload the clock is wrong by a day, and gc comes by."""
    world.registry.create_model("churn")

    class Jump(Counter):
        def _on_advance(self) -> None:
            if self.label.startswith("Storing"):
                clock.wrong_by(by)
                world.registry.gc(grace=NOW)

    artifact = world.artifact()
    try:
        world.registry.register_version("churn", artifact, key="k", environment=False, progress=Jump())
    except StorageUnavailableError:  # a day later nobody is writing any more: gc has removed what was half there
        assert by == DAY
    assert world.registry.register_version("churn", artifact, key="k", environment=False).version == 1
    assert world.types() == ["model.created", "version.registered"]
    world.registry.verify_artifact("models:/churn/1")


def test_a_lease_of_a_clock_that_was_ahead_still_ends(world, clock, monkeypatch):
    """Somebody was killed who registered while the clock was a day ahead: gc leaves the bytes until then, no longer."""
    clock.wrong_by(DAY)
    world.registry.create_model("churn")
    strand(world, monkeypatch)
    with world.registry.engine.begin() as connection:
        assert leases.take_to_collect(connection, 1, "0" * 64, leases.new_token())
    clock.wrong_by(timedelta(0))
    with monkeypatch.context() as patch:
        patch.setattr(leases, "WAIT_SECONDS", 0)
        with (
            pytest.raises(LeaseLostError, match="register them again"),
            leases.writing(world.registry._core, 1, "0" * 64),
        ):
            pass
    clock.wrong_by(DAY + HOUR)
    with leases.writing(world.registry._core, 1, "0" * 64):
        pass
    assert len(world.registry.gc(grace=NOW).artifacts) == 1


class TestRequests:
    def test_one_that_expired_on_the_record_stays_expired(self, world, clock):
        asked = ask(protect(world, expires_after="1h"))
        clock.wrong_by(2 * HOUR)
        world.registry.set_tag("models:/churn/1", "any", "act")
        assert now(world, asked).state == "expired"
        clock.wrong_by(timedelta(0))
        assert now(world, asked).state == "expired"
        world.registry.verify_record("churn")

    def test_a_decision_while_the_clock_is_back_counts_once_it_is_right(self, world, clock):
        asked = ask(protect(world, LEAD, expires_after="30d"))
        clock.wrong_by(-DAY)
        approved = approve(world, "ana", asked)
        assert approved.state == "approved"
        assert world.registry.promote("churn", 1, "production").version == 1
        clock.wrong_by(timedelta(0))
        assert now(world, asked).state == "promoted"
        world.registry.verify_record("churn")
