from __future__ import annotations

from datetime import timedelta

import pytest

from airflow_provider_registry.registry.database.clock import process_user
from tests.support.kernel import FLOOR, later


@pytest.fixture
def live(world):
    """Version 1 is production since a hundred days, and is looked at every ninety."""
    with later(days=-100):
        world.versions(0.85, 0.9)
        world.registry.promote("churn", 1, "production")
    world.registry.set_policy("churn", "production", {**FLOOR, "review_every": "90d"})
    return world


def test_what_is_due_is_listed_and_nothing_is_said_so(run, live):
    header, row = run.table("reviews", "due")
    assert ["model_name", "alias", "version", "due_at", "overdue", "roles", "said", "since"] == header
    assert ["churn", "production", "1"] == row[:3]
    assert "OVERDUE" == row[4]
    (found,) = run.json("reviews", "due")
    assert (True, False, "models:/churn/1") == (found["overdue"], found["answered"], found["reference"])
    run("reviews", "record", "churn", "production", "keep")
    assert [] == run.json("reviews", "due")
    assert "Nothing is due for a review." in run.err


def test_what_becomes_due_until_a_moment_is_listed_too(run, live):
    run("reviews", "record", "churn", "production", "keep")
    until = live.registry.live()[0].review_due + timedelta(seconds=1)
    (found,) = run.json("reviews", "due", "--before", until.isoformat())
    assert not found["overdue"]


def test_a_review_is_recorded_as_user_at_host_and_listed(run, live):
    (said,) = run.json(
        "reviews", "record", "churn", "production", "retire", "--reason", "old", "--version", "1", "--key", "k"
    )
    assert ("retire", process_user(), "old", "cli") == (said["outcome"], said["by"], said["reason"], said["via"])
    assert [said] == run.json("reviews", "list", "churn") == run.json("reviews", "list", "churn", "production")
    header, row = run.table("reviews", "list", "churn")
    assert ["alias", "version", "outcome", "role", "by", "at", "reason"] == header
    assert ["production", "1", "retire"] == row[:3]


def test_who_looked_at_another_version_is_told(run, live):
    assert "You looked at version 2" in run.fails("reviews", "record", "churn", "production", "keep", "--version", "2")
    assert [] == run.json("reviews", "list", "churn")


def test_overdue_is_seen_wherever_the_version_is(run, live):
    shown = dict(run.table("versions", "show", "churn", "1"))
    assert "production (review overdue)" == shown["aliases"]
    assert any("(review: OVERDUE since" in value for value in shown.values())
    assert "production (review overdue)" == run.table("versions", "list", "churn")[-1][2]
    assert run.table("live")[1][6].startswith("OVERDUE since ")
    assert run.table("alias", "list", "churn")[1][6].startswith("OVERDUE since ")
    run("reviews", "record", "churn", "production", "replace")
    assert run.table("live")[1][6].endswith(", to replace")
    run("reviews", "record", "churn", "production", "keep")
    assert run.table("live")[1][6].startswith("due ")
    (found,) = run.json("live")
    assert ("keep", False) == (found["review"], found["overdue"])
