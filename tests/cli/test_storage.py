from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest


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
    assert ["model_name", "digest", "size", "modified", "outcome"] == header
    assert ["churn", "a" * 12, "9 B"] == row[:3]
    assert "would be removed" == row[4]
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
