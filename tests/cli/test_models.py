from __future__ import annotations

import io
import json


def test_list_shows_a_line_for_each_model_by_name(run, world):
    world.registry.create_model("fraud")
    world.registry.create_model("churn", team="growth")
    world.versions(0.8)
    world.registry.promote("churn", 1, "production")
    header, churn, fraud = run.table("models", "list")
    assert ["name", "team", "latest_version", "aliases", "created_at"] == header
    assert ["churn", "growth", "1", "production=1"] == churn[:4]
    assert ["fraud", "", "0", ""] == fraud[:4]
    assert churn[4].endswith(" UTC")


def test_list_filters_and_orders(run, world):
    for name in ("a", "b", "c"):
        world.registry.create_model(name, team="growth" if name != "b" else "risk")
    found = run.json("models", "list", "--filter", "team = 'growth'", "--order-by", "name desc")
    assert ["c", "a"] == [model["name"] for model in found]


def test_list_says_where_there_are_more_than_the_limit(run, world):
    for name in ("a", "b", "c"):
        world.registry.create_model(name)
    assert ["a", "b"] == [model["name"] for model in run.json("models", "list", "--limit", 2)]
    assert "These are the first 2; there are more: raise --limit.\n" == run.err
    run("models", "list", "--limit", 3)
    assert "" == run.err


def test_a_filter_that_cannot_be_read_is_said(run, world):
    assert "model-registry: " in run.fails("models", "list", "--filter", "teem = 'x'")
    assert "teem" in run.err


def test_an_empty_list_says_so_and_is_an_empty_list_for_programs(run, world):
    assert "No data found\n" == run("models", "list")
    assert "No data found\n" == run("models", "list", "-o", "plain")
    assert [] == run.json("models", "list")


def test_show_has_a_property_on_each_line(run, world):
    world.registry.create_model("churn", team="growth", description="Who leaves")
    rows = dict(run.table("models", "show", "churn")[1:])
    assert ("churn", "growth", "Who leaves") == (rows["name"], rows["team"], rows["description"])


def test_json_has_numbers_and_iso_times(run, world):
    world.registry.create_model("churn", metadata_schema={"type": "object"})
    (model,) = run.json("models", "show", "churn")
    assert 0 == model["latest_version"]
    assert {"type": "object"} == model["metadata_schema"]
    assert model["team"] is None
    assert "T" in model["created_at"]
    assert model["created_at"].endswith("+00:00")


def test_create_takes_a_schema_from_a_file_and_from_standard_input(run, world, tmp_path, monkeypatch):
    (tmp_path / "schema.json").write_text('{"type": "object"}')
    run("models", "create", "churn", "--team", "growth", "--metadata-schema", tmp_path / "schema.json")
    monkeypatch.setattr("sys.stdin", io.StringIO('{"required": ["owner"]}'))
    run("models", "create", "fraud", "--metadata-schema", "-")
    assert {"type": "object"} == world.registry.get_model("churn").metadata_schema
    assert {"required": ["owner"]} == world.registry.get_model("fraud").metadata_schema


def test_update_changes_what_is_given_and_takes_away_what_is_empty(run, world):
    world.registry.create_model("churn", team="growth", description="old", metadata_schema={"type": "object"})
    run("models", "update", "churn", "--description", "new")
    model = world.registry.get_model("churn")
    assert ("growth", "new", {"type": "object"}) == (model.team, model.description, model.metadata_schema)
    run("models", "update", "churn", "--team", "", "--metadata-schema", "")
    model = world.registry.get_model("churn")
    assert (None, "new", None) == (model.team, model.description, model.metadata_schema)


def test_update_without_anything_to_change_says_what_can_be(run, world):
    assert "--team, --description or --metadata-schema" in run.fails("models", "update", "churn")


def test_yaml_is_the_same_as_json(run, world):
    import yaml

    world.registry.create_model("churn", team="growth")
    assert json.loads(run("models", "list", "-o", "json")) == yaml.safe_load(run("models", "list", "-o", "yaml"))
