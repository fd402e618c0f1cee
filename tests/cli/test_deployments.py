from __future__ import annotations


def test_what_should_run_and_what_does_are_recorded_and_listed(run, world):
    world.versions(0.8, 0.9)
    place = ("production", "eu")
    recorded = run.json("deployments", "record", "churn", 1, *place, "--desired", "running", "--url", "https://eu/")
    assert ("running", 1, None) == tuple(recorded[0][name] for name in ("desired", "desired_version", "actual"))
    run("deployments", "record", "churn", "1", *place, "--actual", "running", "--reason", "seen")
    rows = run.table("deployments", "list", "churn", "--live")
    assert ["churn", "production", "eu", "running 1", "running 1", "https://eu/"] == rows[1][:6]
    assert ["running", None] == [one["actual"] for one in run.json("deployments", "history", "churn")][::-1]
    assert [] == run.json("deployments", "list", "--environment", "staging")
    assert 2 == len(run.table("deployments", "history", "churn", "--target", "eu")) - 1


def test_what_cannot_be_recorded_is_said(run, world):
    world.versions(0.8)
    assert "Neither desired= nor actual=" in run.fails("deployments", "record", "churn", 1, "production", "eu")
