from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.kernel import FLOOR


@pytest.fixture
def moved(world):
    """`production` of `churn` went from version 1 to 2 and back."""
    world.versions(0.85, 0.9)
    world.registry.promote("churn", 1, "production", reason="the first")
    world.registry.promote("churn", 2, "production")
    world.registry.rollback("churn", "production", reason="too slow")
    return world


def test_live_is_one_line_for_each_model_and_alias(run, moved):
    moved.versions(0.9, model="fraud")
    moved.registry.promote("fraud", 1, "staging")
    header, *rows = run.table("live")
    assert ["model_name", "alias", "version", "since", "by", "act", "review", "digest"] == header
    assert [["churn", "production", "1"], ["fraud", "staging", "1"]] == [row[:3] for row in rows]
    assert "rolled_back" == rows[0][5]
    assert [["fraud", "staging"]] == [row[:2] for row in run.table("live", "--alias", "staging")[1:]]


def test_list_shows_protected_aliases_too_that_are_empty(run, moved):
    moved.registry.set_policy("churn", "staging", FLOOR)
    header, production, staging = run.table("alias", "list", "churn")
    assert ["alias", "protected", "version", "since", "by", "act", "review", "reason"] == header
    assert ["production", "False", "1"] == production[:3]
    assert ["staging", "True", ""] == staging[:3]


def test_history_is_in_order_with_who_and_why(run, moved):
    rows = run.table("alias", "history", "churn", "production")
    assert ["alias", "version", "from", "to", "instead_of", "act", "by", "reason"] == rows[0]
    assert [("1", "promoted"), ("2", "promoted"), ("1", "rolled_back")] == [(row[1], row[5]) for row in rows[1:]]
    assert [rows[2][2], rows[3][2], "now"] == [row[3] for row in rows[1:]]
    assert ["the first", "", "too slow"] == [row[7] for row in rows[1:]]


def test_history_of_all_aliases(run, moved):
    moved.registry.promote("churn", 2, "staging")
    assert 4 == len(run.json("alias", "history", "churn"))


def test_at_finds_what_held_the_alias_then(run, moved):
    first, second, _ = moved.registry.history("churn", "production")
    (found,) = run.json("alias", "at", "churn", "production", second.from_at.isoformat())
    assert 2 == found["version"]
    assert "" == run.err
    assert [] == run.json("alias", "at", "churn", "production", (first.from_at - timedelta(days=1)).isoformat())
    assert "pointed at no version at" in run.err


def test_a_time_without_a_zone_is_utc_and_that_is_said(run, moved):
    assert [] == run.json("alias", "at", "churn", "production", "2026-03-03T12:00")
    assert "2026-03-03T12:00 has no time zone and is taken as UTC: 2026-03-03T12:00:00+00:00." in run.err


def test_a_time_with_a_zone_is_taken_as_it_is(run, moved):
    run("alias", "at", "churn", "production", "2026-03-03T12:00+01:00")
    assert "pointed at no version at 2026-03-03 11:00:00 UTC" in run.err
    assert "time zone" not in run.err


def test_what_is_no_time_is_said(run, moved):
    assert "'yesterday' is no time" in run.fails("alias", "at", "churn", "production", "yesterday")
