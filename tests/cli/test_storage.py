from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.kernel import contents, later


@pytest.fixture
def left_over(world):
    """Bytes of a killed registration from three days ago; gives their digest."""
    kept = world.register("kept")
    digest = "a" * 64
    folder = world.root / "churn" / digest
    folder.mkdir()
    (folder / "model.pkl").write_text("left over")
    then = (datetime.now(UTC) - timedelta(days=3)).timestamp()
    for path in (folder / "model.pkl", folder):
        os.utime(path, (then, then))
    assert kept.digest != digest
    return folder


def test_a_dry_run_says_what_would_go_and_removes_nothing(run, left_over):
    header, row = run.table("gc", "--dry-run")
    assert ["model_name", "version", "digest", "size", "modified", "outcome"] == header
    assert ["churn", "", "a" * 12, "9 B"] == row[:4]
    assert "would be removed" == row[5]
    assert run.err.startswith("1 artifact would be removed, ")
    assert left_over.exists()


def test_gc_removes_it_and_leaves_what_versions_have(run, world, left_over, tmp_path):
    (row,) = run.json("gc")
    assert ("a" * 64, "removed") == (row["digest"], row["outcome"])
    assert run.err.startswith("1 artifact removed, ")
    assert not left_over.exists()
    world.registry.verify_artifact("models:/churn/1")
    assert [] == run.json("gc")


def test_what_is_younger_than_the_grace_stays(run, left_over):
    assert [] == run.json("gc", "--grace", "7d")
    assert left_over.exists()


def test_a_grace_that_is_no_duration_is_said(run, world):
    assert "--grace must be a duration such as" in run.fails("gc", "--grace", "soon")


@pytest.fixture
def retained(world):
    """Three versions, of which the first is archived for long, and one is kept."""
    with later(days=-100):
        world.versions(0.8, 0.85, 0.9)
        world.registry.archive_version("models:/churn/1")
    world.registry.set_retention("churn", {"keep_last": 1})
    return world


def test_a_dry_run_says_what_retention_would_do_and_why_the_others_are_kept(run, retained):
    before = contents(retained.registry.engine)
    _, *rows = run.table("gc", "--dry-run")
    assert [("1", "would be purged"), ("2", "would be archived"), ("3", "kept: is among the last 1")] == [
        (row[1], row[5]) for row in rows
    ]
    assert "Retention would archive 1 and purge 1 versions, and win " in run.err
    assert before == contents(retained.registry.engine)


def test_gc_applies_it(run, retained):
    rows = run.json("gc")
    assert [(1, "purged"), (2, "archived")] == [(row["version"], row["outcome"]) for row in rows]
    assert [] == run.json("gc")
    shown = dict(run.table("versions", "show", "churn", "1"))
    assert shown["purged_at"]
    assert "purged" == run.table("versions", "list", "churn", "--order-by", "version")[1][-1]
    assert "was purged on" in run.fails("versions", "download", "churn", "1", "--to", "out")
    assert "keep_last=1" in dict(run.table("models", "show", "churn"))["retention"]
