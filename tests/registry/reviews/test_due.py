"""When what holds an alias is due for a review, and that everybody sees it alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.versions.tables import VersionRow
from tests.registry.requests.worlds import asks, by
from tests.support.kernel import FLOOR
from tests.support.plans import scans, sent
from tests.support.trips import counted

TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)


@pytest.fixture
def live(world, clock):
    """Version 1 is production since now, and is looked at each day."""
    world.versions(0.9, 0.91)
    world.registry.set_policy("churn", "production", {**FLOOR, "review_every": "1d"})
    world.registry.promote("churn", 1, "production")
    return world


def since(world):
    return world.registry.live()[0].from_at


def review(world, outcome="keep"):
    return by(world, "ana").record_review("churn", "production", outcome=outcome)


class TestDue:
    def test_it_is_due_so_long_after_it_got_the_alias_and_no_microsecond_before(self, live, clock):
        due = since(live) + DAY
        clock.at = due - TICK
        assert [] == live.registry.reviews_due()
        clock.at = due
        (found,) = live.registry.reviews_due()
        assert ("churn", "production", 1, due, True, (), None) == (
            found.model_name, found.alias, found.version, found.due_at, found.overdue, found.roles, found.review,
        )  # fmt: skip

    def test_keeping_it_begins_anew_and_wanting_another_does_not(self, live, clock):
        clock.forward(days=2)
        review(live, "replace")
        (found,) = live.registry.reviews_due()
        assert ("replace", True, True) == (found.review, found.answered, found.overdue)
        assert found.sentence().endswith(", and people said replace.")
        clock.forward(hours=1)
        kept = review(live)
        assert [] == live.registry.reviews_due()
        clock.at = kept.at + DAY
        (found,) = live.registry.reviews_due()
        assert (kept.at + DAY, "keep", False) == (found.due_at, found.review, found.answered)

    def test_a_version_that_takes_the_alias_begins_anew(self, live, clock):
        clock.forward(days=2)
        live.registry.promote("churn", 2, "production")
        assert [] == live.registry.reviews_due()
        live.registry.rollback("churn", "production", reason="worse")
        assert [] == live.registry.reviews_due()

    def test_the_policy_in_force_says_how_often(self, live, clock):
        clock.forward(days=2)
        live.registry.set_policy("churn", "production", {**FLOOR, "review_every": "7d"})
        assert [] == live.registry.reviews_due()
        live.registry.set_policy("churn", "production", {**FLOOR, "review_every": "1h"})
        assert 1 == len(live.registry.reviews_due())
        for without in (FLOOR, None):
            if without is None:
                live.registry.remove_policy("churn", "production", reason="gone")
            else:
                live.registry.set_policy("churn", "production", without)
            assert [] == live.registry.reviews_due()
            assert live.registry.live()[0].review_due is None

    def test_an_empty_alias_is_not_due(self, live, clock):
        live.registry.set_policy("churn", "production", asks(override={"users": ["ana"]}, review_every="1d"))
        by(live, "ana").clear_alias("churn", "production", reason="gone")
        clock.forward(days=2)
        assert [] == live.registry.reviews_due()

    def test_what_becomes_due_later_is_shown_to_who_asks_for_it(self, live, clock):
        due = since(live) + DAY
        assert [] == live.registry.reviews_due(due - TICK)
        (found,) = live.registry.reviews_due(due)
        assert not found.overdue
        assert "is due for review on" in found.sentence()

    @pytest.mark.parametrize("before", ["tomorrow", 1, datetime(2026, 3, 3)])  # noqa: DTZ001  # without a zone
    def test_what_is_no_moment_is_refused(self, live, before):
        with pytest.raises(InvalidInputError, match="moment|time zone"):
            live.registry.reviews_due(before)

    def test_the_longest_overdue_comes_first_over_all_models(self, live, clock):
        clock.forward(hours=1)
        live.versions(0.9, model="another")
        live.registry.set_policy("another", "production", asks(review_every="1h"))
        live.registry.set_policy("another", "production", {**FLOOR, "review_every": "12h"})
        live.registry.promote("another", 1, "production")
        clock.forward(days=3)
        assert ["another", "churn"] == [found.model_name for found in live.registry.reviews_due()]


class TestEverywhere:
    def test_overdue_is_seen_wherever_the_version_is(self, live, clock):
        clock.forward(days=1)
        due = since(live) + DAY
        clock.at = due
        registry = live.registry
        named = ("churn", "production")
        for held in (
            registry.live()[0],
            registry.live("production")[0],
            registry.holders([named])[named],
            registry.history("churn")[0],
            registry.history(*named)[0],
            registry.alias_at(*named, at=clock.at),
        ):
            assert (due, True, None) == (held.review_due, held.overdue, held.review)
        assert ("production",) == registry.get_version("models:/churn/1").overdue
        assert ("production",) == next(iter(registry.search_versions("version = 1"))).overdue
        assert () == registry.get_version("models:/churn/2").overdue

    def test_a_promotion_says_when_it_is_due_without_asking(self, live):
        held = live.registry.promote("churn", 2, "production")
        assert [held] == live.registry.live()
        assert held.from_at + DAY == held.review_due

    def test_what_held_it_before_is_due_no_more(self, live, clock):
        live.registry.promote("churn", 2, "production")
        clock.forward(days=9)
        assert [(None, False), (True, True)] == [
            (held.review_due and True, held.overdue) for held in live.registry.history("churn")
        ]


class TestCost:
    def test_all_that_is_due_is_one_statement(self, live):
        live.registry.reviews_due()
        with counted(live.registry.engine) as asked:
            live.registry.reviews_due()
        assert 1 == asked.statements

    def test_it_begins_with_the_policies_that_ask_for_reviews(self, live):
        """However many policies and assignments there are: few ask for them."""
        registry = live.registry
        with registry.engine.begin() as connection:
            _many_policies(connection)
            connection.exec_driver_sql("ANALYZE")
        with sent(registry) as statements:
            assert [] == registry.reviews_due()
        ((statement, parameters),) = statements
        explain = "EXPLAIN " if registry.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
        with registry.engine.connect() as connection:
            plan = "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + statement, parameters))
        assert "ix_registry_policy_reviewed" in plan
        assert not scans(plan, "registry_assignment"), plan
        assert not scans(plan, "registry_version"), plan


def _many_policies(connection: Any) -> None:
    """Policies of other aliases that ask for no review, and versions and assignments beside."""
    known: dict[Any, dict[str, Any]] = {
        table: dict(connection.execute(select(table).limit(1)).mappings().one())
        for table in (AliasRow.__table__, PolicyRow.__table__, AssignmentRow.__table__, VersionRow.__table__)
    }
    alias, policy, assignment, version = known
    numbers = range(1_000, 2_000)
    names = [{"id": number, "name": f"a{number}", "folded": f"a{number}"} for number in numbers]
    connection.execute(insert(alias), [known[alias] | row for row in names])
    own = [{"id": number, "alias_id": number} for number in numbers]
    connection.execute(insert(policy), [known[policy] | row | {"review_every": None} for row in own])
    numbered = [{"id": number, "version": number} for number in numbers]
    connection.execute(insert(version), [known[version] | row for row in numbered])
    held = [{"id": number, "alias_id": number, "version_id": number} for number in numbers]
    connection.execute(insert(assignment), [known[assignment] | row for row in held])
