"""What held an alias when: half-open intervals that tile."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from airflow_provider_registry.errors import InvalidInputError, ModelNotFoundError
from airflow_provider_registry.registry import EventType, Registry
from airflow_provider_registry.registry.aliases.tables import AssignmentRow
from airflow_provider_registry.registry.record.tables import EventRow
from tests.registry.search.population import BEGIN, Sample, settle
from tests.support.kernel import contents
from tests.support.plans import scans, sent

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

    @pytest.mark.parametrize(
        "at",
        [
            date(2026, 3, 3),
            "2026-03-03",
            None,
            1_772_496_000,
            datetime.max.replace(tzinfo=timezone(timedelta(hours=-8))),
            datetime.min.replace(tzinfo=timezone(timedelta(hours=8))),
        ],
        ids=str,
    )
    def test_what_is_no_moment_is_refused_with_an_example(self, world, at):
        world.versions(0.8)
        with pytest.raises(InvalidInputError, match=r"write datetime\(2026, 3, 3, 12, 0, tzinfo=UTC\)"):
            world.registry.alias_at("churn", "production", at)

    def test_the_ends_of_the_calendar_are_moments_too(self, world):
        world.versions(0.8)
        world.registry.promote("churn", 1, "production")
        ends = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
        first, last = (world.registry.alias_at("churn", "production", at) for at in ends)
        assert (None, 1) == (first, last.version)

    def test_an_alias_that_never_was_gave_nothing_and_a_model_that_never_was_is_named(self, world):
        world.versions(0.8)
        at = world.registry.get_model("churn").created_at
        assert world.registry.alias_at("churn", "never", at) is None
        with pytest.raises(ModelNotFoundError):
            world.registry.alias_at("none", "production", at)


MODELS, HOLDERS = 300, 40


@pytest.fixture
def long(registry: Registry) -> Registry:
    """Many models, each with an alias of a long history, and statistics of them."""
    settle(registry, [Sample(model=f"model{number}", aliases=("production",)) for number in range(MODELS)])
    with registry.engine.begin() as connection:
        rows = connection.execute(select(AssignmentRow.__table__)).mappings().all()
        events = [earlier_event(row["model_id"], day) for row in rows for day in range(1, HOLDERS + 1)]
        connection.execute(insert(EventRow), events)
        connection.execute(update(EventRow).values(body=b'{"payload":{}}'))
        ids = {row.act_key: row.id for row in connection.execute(select(EventRow.__table__))}
        held = [
            {
                **{key: row[key] for key in ("model_id", "alias_id", "version_id")},
                "from_at": BEGIN - timedelta(days=day),
                "to_at": BEGIN - timedelta(days=day - 1),
                "set_by_event": ids[earlier_event(row["model_id"], day)["act_key"]],
            }
            for row in rows
            for day in range(1, HOLDERS + 1)
        ]
        connection.execute(insert(AssignmentRow), held)
        connection.exec_driver_sql("ANALYZE")
    return registry


def earlier_event(model_id: int, day: int) -> dict[str, Any]:
    row = {"model_id": model_id, "seq": -1 - day, "type": EventType.ALIAS_PROMOTED, "at": BEGIN, "fingerprint": ""}
    return {**row, "act_key": f"{model_id}/{day}", "body": b"", "hash": ""}


def plan_of(registry: Registry, read: Callable[[], object]) -> str:
    """What the database says it does for the statement that reads assignments."""
    with sent(registry) as statements:
        read()
    explain = "EXPLAIN " if registry.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    ((statement, parameters),) = [each for each in statements if "registry_assignment" in each[0]]
    with registry.engine.connect() as connection:
        return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + statement, parameters))


class TestALongHistory:
    def test_a_moment_of_it_is_one_statement_answered_by_indexes(self, long):
        at = BEGIN - timedelta(days=HOLDERS // 2, hours=1)
        assert long.history("model7")  # has looked at the schema
        with sent(long) as statements:
            held = long.alias_at("model7", "production", at)
        assert 1 == len(statements)
        assert held.from_at <= at < held.to_at
        plan = plan_of(long, lambda: long.alias_at("model7", "production", at))
        for table in ("registry_assignment", "registry_event", "registry_version"):
            assert not scans(plan, table), plan
        # By both columns, from the end: however long the history is, one row of it is read.
        if long.engine.dialect.name == "postgresql":
            assert "Index Scan Backward using uq_registry_assignment_alias_id_from_at" in plan
            assert re.search(r"Index Cond: .*alias_id = .*from_at <= ", plan), plan
        else:
            assert re.search(
                r"SEARCH registry_assignment_1 USING COVERING INDEX .*\(alias_id=\? AND from_at<\?\)", plan
            ), plan
        assert "Sort" not in plan
        assert "B-TREE" not in plan

    @pytest.mark.parametrize("alias", ["production", None])
    def test_all_of_it_is_found_without_that_of_other_models(self, long, alias):
        assert HOLDERS + 1 == len(long.history("model7", alias))
        plan = plan_of(long, lambda: long.history("model7", alias))
        assert not scans(plan, "registry_assignment"), plan


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
