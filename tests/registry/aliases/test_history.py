"""What held an alias when: half-open intervals that tile."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from airflow_provider_registry.errors import InvalidInputError, ModelNotFoundError
from tests.support.kernel import contents

TICK = timedelta(microseconds=1)


class TestAliasAt:
    def test_an_interval_includes_its_beginning_and_not_its_end(self, world):
        world.versions(0.8, 0.9)
        first = world.registry.promote("churn", 1, "production")
        second = world.registry.promote("churn", 2, "production")
        world.registry.clear_alias("churn", "production")
        end = world.registry.history("churn")[-1].to_at

        def held(at):
            found = world.registry.alias_at("churn", "production", at)
            return found and found.version

        assert [held(first.from_at - TICK), held(first.from_at)] == [None, 1]
        assert [held(second.from_at - TICK), held(second.from_at)] == [1, 2]
        assert [held(end - TICK), held(end), held(end + TICK)] == [2, None, None]

    def test_any_time_zone_means_the_same_moment(self, world):
        world.versions(0.8)
        first = world.registry.promote("churn", 1, "production")
        there = first.from_at.astimezone(timezone(timedelta(hours=5, minutes=30)))
        assert world.registry.alias_at("churn", "production", there).version == 1
        assert world.registry.alias_at("churn", "production", there - TICK) is None

    def test_a_time_without_a_zone_is_refused(self, world):
        world.versions(0.8)
        with pytest.raises(InvalidInputError, match="no time zone"):
            world.registry.alias_at("churn", "production", datetime(2026, 1, 1))  # noqa: DTZ001  # naive on purpose

    def test_an_alias_that_never_was_gave_nothing_and_a_model_that_never_was_is_named(self, world):
        world.versions(0.8)
        at = world.registry.get_model("churn").created_at
        assert world.registry.alias_at("churn", "never", at) is None
        with pytest.raises(ModelNotFoundError):
            world.registry.alias_at("none", "production", at)

    def test_it_is_answered_by_an_index(self, world):
        world.versions(0.8)
        world.registry.promote("churn", 1, "production")
        engine = world.registry.engine
        explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SET enable_seqscan = off"))
            query = (
                "SELECT * FROM registry_assignment WHERE alias_id = 1 AND from_at <= '2030-01-01' ORDER BY from_at DESC"
            )
            plan = str(connection.execute(text(explain + query)).all())
        assert "alias_id" in plan
        assert "INDEX" in plan.upper()


class TestOneHolder:
    def test_the_database_itself_refuses_a_second_holder(self, world):
        world.versions(0.8, 0.9)
        world.registry.promote("churn", 1, "production")
        before = contents(world.registry.engine)
        second = (
            "INSERT INTO registry_assignment (model_id, alias_id, version_id, from_at, set_by_event) "
            "SELECT model_id, alias_id, version_id, '2030-01-01', set_by_event FROM registry_assignment"
        )
        with pytest.raises(IntegrityError), world.registry.engine.begin() as connection:
            connection.execute(text(second))
        assert before == contents(world.registry.engine)

    def test_the_database_itself_refuses_an_alias_on_a_version_of_another_model(self, world):
        world.versions(0.8)
        world.versions(0.8, model="other")
        world.registry.promote("churn", 1, "production")
        with pytest.raises(IntegrityError), world.registry.engine.begin() as connection:
            connection.execute(
                text(
                    "UPDATE registry_assignment SET version_id = (SELECT v.id FROM registry_version v JOIN "
                    "registry_model m ON m.id = v.model_id WHERE m.name = 'other')"
                )
            )

    def test_a_version_that_holds_an_alias_cannot_be_deleted(self, world):
        world.versions(0.8)
        world.registry.promote("churn", 1, "production")
        with world.registry.engine.begin() as connection:
            connection.execute(text("DELETE FROM registry_metric"))
            connection.execute(text("DELETE FROM registry_bytes_check"))
        with pytest.raises(IntegrityError), world.registry.engine.begin() as connection:
            connection.execute(text("DELETE FROM registry_version"))
