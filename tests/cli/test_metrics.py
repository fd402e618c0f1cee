"""What versions measured over time, at a terminal."""

from __future__ import annotations

import json

import pytest

WINDOW = ("--from", "2026-03-03T00:00Z", "--to", "2026-03-04T00:00Z")


def test_what_is_recorded_is_listed(run, world):
    world.versions(0.9)
    given = ("-m", "auc=0.88", "-m", "loss=0.5", *WINDOW, "--slice", "b=1,a=2")
    (said,) = run.json("metrics", "record", "churn", "1", *given)
    assert (said["reference"], said["points"]) == ("models:/churn/1", 2)
    header, auc, _ = run.table("metrics", "list", "models:/churn/1")
    assert header == ["metric", "value", "from", "to", "phase", "dataset", "slice", "revision"]
    assert auc[:2] == ["auc", "0.88"]
    assert [row["value"] for row in run.json("metrics", "list", "churn", "1", "--name", "loss")] == [0.5]
    assert run.json("metrics", "list", "churn", "1", "--until", "2026-03-03T00:00Z") == []


def test_a_correction_is_a_revision(run, world):
    world.versions(0.9)
    run.json("metrics", "record", "churn", "1", "-m", "auc=0.88", *WINDOW)
    assert "give revision=2" in run.fails("metrics", "record", "churn", "1", "-m", "auc=0.87", *WINDOW)
    run.json("metrics", "record", "churn", "1", "-m", "auc=0.87", *WINDOW, "--revision", "2")
    assert [row["value"] for row in run.json("metrics", "list", "churn", "1")] == [0.87]
    assert [row["revision"] for row in run.json("metrics", "list", "churn", "1", "--all-revisions")] == [1, 2]


@pytest.mark.parametrize("suffix", ["json", "csv"])
def test_rows_come_from_a_file(run, world, tmp_path, suffix):
    world.versions(0.9)
    file = tmp_path / f"measured.{suffix}"
    rows = [
        {"name": "auc", "value": 0.8, "window_from": "2026-03-03T00:00Z", "window_to": "2026-03-04T00:00Z"},
        {"name": "auc", "value": 0.7, "window_from": "2026-03-04T00:00Z", "window_to": "2026-03-05T00:00Z"},
    ]
    if suffix == "json":
        file.write_text(json.dumps(rows))
    else:
        lines = [",".join(map(str, row.values())) for row in rows]
        file.write_text("\n".join([",".join(rows[0]), *lines]))
    (said,) = run.json("metrics", "record", "churn", "1", "--file", str(file))
    assert said["points"] == 2
    assert [row["value"] for row in run.json("metrics", "list", "churn", "1")] == [0.8, 0.7]


@pytest.mark.parametrize("wrong", [(), ("-m", "auc=0.8", "--file", "x.csv"), ("-m", "auc"), ("-m", "auc=much")])
def test_what_cannot_be_recorded_is_said(run, world, wrong):
    world.versions(0.9)
    run.fails("metrics", "record", "churn", "1", *wrong)


def test_a_file_that_is_no_metrics_names_the_row(run, world, tmp_path):
    world.versions(0.9)
    (tmp_path / "wrong.csv").write_text("name,value\nauc,0.8\nloss,much\n")
    assert "Row 2" in run.fails("metrics", "record", "churn", "1", "--file", str(tmp_path / "wrong.csv"))
