from __future__ import annotations

import json

import pytest
from sqlalchemy import update

from airflow_provider_registry.registry.record.tables import EventRow


@pytest.fixture
def lived(world):
    """A model with four events."""
    world.versions(0.8, 0.9)
    world.registry.promote("churn", 1, "production", reason="the first")
    return world


def edit(world, seq):
    """Edit an event in the database."""
    with world.registry.engine.begin() as connection:
        connection.execute(update(EventRow).where(EventRow.seq == seq).values(version=7))


def test_show_tells_what_happened_in_sentences(run, lived):
    header, *rows = run.table("record", "show", "churn")
    assert ["event", "type", "what_happened"] == header
    assert ["1", "2", "3", "4"] == [row[0] for row in rows]
    assert "alias.promoted" == rows[3][1]
    assert rows[3][2].endswith("tester promoted version 1 to production. Reason: the first")


def test_show_gives_the_newest_and_says_how_many_came_before(run, lived):
    assert [3, 4] == [event["seq"] for event in run.json("record", "show", "churn", "--limit", 2)]
    assert "Before these there are 2 events: see --from and --limit.\n" == run.err
    assert [2, 3] == [event["seq"] for event in run.json("record", "show", "churn", "--from", 2, "--limit", 2)]


def test_show_finds_events_by_type_version_and_alias(run, lived):
    lived.registry.set_tag("models:/churn/2", "seen", "yes")
    assert [3, 5] == [event["seq"] for event in run.json("record", "show", "churn", "--version", 2)]
    assert [5] == [event["seq"] for event in run.json("record", "show", "churn", "--version", 2, "--limit", 1)]
    assert [4] == [event["seq"] for event in run.json("record", "show", "churn", "--alias", "production")]
    asked = ("--type", "version.registered", "--type", "model.created", "--from", 2)
    assert [2, 3] == [event["seq"] for event in run.json("record", "show", "churn", *asked)]
    assert "" == run.err
    assert "alias.promoted" in run.fails("record", "show", "churn", "--type", "alias.moved")


def test_show_has_in_json_all_that_an_event_holds(run, lived):
    event = run.json("record", "show", "churn")[-1]
    assert ("alias.promoted", "tester", "the first", 1) == tuple(
        event[name] for name in ("type", "by", "reason", "version")
    )
    assert lived.registry.record_head("churn").hash == event["hash"]


def test_verify_prints_the_head_and_says_that_all_is_well(run, lived):
    head = lived.registry.record_head("churn")
    assert ["churn", "4", head.hash] == run.table("record", "verify", "churn")[1]
    assert "The record is whole: 4 events of 1 model.\n" == run.err


def test_verify_without_a_model_checks_them_all(run, lived):
    lived.versions(0.5, model="fraud")
    assert ["churn", "fraud"] == [head["model_name"] for head in run.json("record", "verify")]
    edit(lived, 2)
    assert "Event 2" in run.fails("record", "verify")


def test_an_edited_event_is_named(run, lived):
    edit(lived, 3)
    assert "Event 3" in run.fails("record", "verify", "churn")
    assert "churn" in run.err


@pytest.mark.parametrize("model", [("churn",), ()], ids=["one", "all"])
def test_what_verify_prints_as_json_can_be_kept_and_verified_against(run, lived, tmp_path, model):
    kept = tmp_path / "head.json"
    kept.write_text(run("record", "verify", *model, "-o", "json"))
    lived.registry.promote("churn", 2, "production")
    assert 5 == run.json("record", "verify", *model, "--against", kept)[0]["count"]


@pytest.mark.parametrize("model", [("churn",), ()], ids=["one", "all"])
def test_a_record_that_was_written_anew_does_not_hold_against_the_head_kept(run, lived, tmp_path, model):
    (head,) = run.json("record", "verify", "churn")
    (tmp_path / "head.json").write_text(json.dumps({**head, "hash": "0" * 64}))  # one head, not in a list
    assert "Event 4" in run.fails("record", "verify", *model, "--against", tmp_path / "head.json")


def test_a_head_is_found_under_a_former_name(run, lived, tmp_path):
    (tmp_path / "head.json").write_text(run("record", "verify", "-o", "json"))
    lived.registry.rename_model("churn", "attrition")
    for model in (("attrition",), ("churn",), ()):
        (head,) = run.json("record", "verify", *model, "--against", tmp_path / "head.json")
        assert ("attrition", 5) == (head["model_name"], head["count"])


def test_a_file_without_the_models_head_is_said(run, lived, tmp_path):
    lived.versions(0.5, model="fraud")
    (tmp_path / "head.json").write_text(run("record", "verify", "fraud", "-o", "json"))
    assert "no head of 'churn'" in run.fails("record", "verify", "churn", "--against", tmp_path / "head.json")


@pytest.mark.parametrize("text", ["[]", "3", '[{"count": 1}]', "no json"])
def test_a_file_without_heads_is_said(run, lived, tmp_path, text):
    (tmp_path / "head.json").write_text(text)
    assert "head.json" in run.fails("record", "verify", "--against", tmp_path / "head.json")


def test_a_head_of_a_model_that_is_gone_is_an_error(run, lived, tmp_path):
    (tmp_path / "head.json").write_text(json.dumps([{"model_name": "gone", "count": 1, "hash": "0" * 64}]))
    assert "'gone'" in run.fails("record", "verify", "--against", tmp_path / "head.json")
