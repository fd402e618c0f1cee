"""Feedback from a terminal."""

from __future__ import annotations

import pytest

NOON = "2026-03-03T12:00:00+00:00"


@pytest.fixture
def said(world):
    """A version of which two things were said, an hour apart."""
    world.versions(0.9)
    rows = [
        {"kind": "rating", "value": 4, "subject": "p-1", "source": "eva", "at": NOON},
        {"kind": "comment", "value": "late", "subject": "p-1", "at": "2026-03-03T13:00:00+00:00"},
    ]
    world.registry.record_feedback_batch("models:/churn/1", rows)
    return world.registry


def test_list_shows_the_newest_first(run, said, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    header, newest, oldest = run.table("feedback", "list", "churn", "1")
    assert header == ["id", "at", "kind", "value", "subject", "source"]
    assert newest[2:] == ["comment", "late", "p-1", ""]
    assert oldest[2:] == ["rating", "4.0", "p-1", "eva"]
    (one,) = run.json("feedback", "list", "models:/churn/1", "--kind", "rating", "--until", "2026-03-03T13:00Z")
    assert (one["value"], one["at"], one["erased"]) == (4.0, NOON, False)


def test_summary_counts_by_version_and_time(run, said):
    (row,) = run.json("feedback", "summary", "churn")
    assert (row["version"], row["rows"], row["counts"], row["mean"]) == (1, 2, {"comment": 1, "rating": 1}, 4.0)
    assert [row["from_at"] for row in run.json("feedback", "summary", "churn", "1", "--every", "1h")] == [
        NOON,
        "2026-03-03T13:00:00+00:00",
    ]
    assert "1 of" not in run("feedback", "summary", "churn", "-o", "plain")


def test_one_piece_is_recorded_once_for_each_key(run, said):
    for _ in range(2):
        (done,) = run.json("feedback", "record", "churn", "1", "--kind", "flag", "--value", "rude", "--key", "job 7")
    assert (done["rows"], done["counts"]) == (1, {"flag": 1})
    assert [one.value for one in said.feedback("models:/churn/1", kind="flag")] == ["rude"]


def test_a_file_is_recorded_by_the_names_of_its_columns(run, said, tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text("stars,who\n1,bo\n2,cy\n")
    columns = ("--column", "value=stars", "--column", "source=who")
    (done,) = run.json("feedback", "record", "churn", "1", "--file", path, *columns, "--kind", "rating")
    assert done["rows"] == 2
    assert [one.source for one in said.feedback("models:/churn/1", kind="rating")][:2] == ["cy", "bo"]


def test_erase_says_how_many_rows_it_emptied(run, said, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert run.json("feedback", "erase", "churn", "--subject", "p-1", "--reason", "asked for") == [{"erased": 2}]
    assert run.err.endswith("2 rows of feedback erased.\n")
    assert run.table("feedback", "list", "churn", "1")[1][3:] == ["(erased)", "", ""]
    (one,) = run.json("feedback", "list", "churn", "1", "--kind", "comment")
    assert "no feedback" in run.fails("feedback", "erase", "churn", "--id", "99.1", "--reason", "asked for")
    assert one["erased"] is True


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--kind", "rating"], "Give one of --value and --file"),
        (["--kind", "rating", "--value", "good"], "which is not a finite number"),
        (["--file", "x.csv", "--subject", "p-1"], "--subject go with --value"),
        (["--file", "nowhere.csv"], "There is no file 'nowhere.csv'"),
    ],
)
def test_what_cannot_be_recorded_is_named(run, said, arguments, message):
    assert message in run.fails("feedback", "record", "churn", "1", *arguments)
