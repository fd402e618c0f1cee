from __future__ import annotations

import json

import pytest


def test_list_shows_the_newest_first_with_aliases_and_metrics(run, world):
    world.versions(0.8, 0.9)
    world.registry.promote("churn", 1, "production")
    header, second, first = run.table("versions", "list", "churn")
    assert ["model_name", "version", "aliases", "metrics", "digest"] == header[:5]
    assert ["churn", "2", "", "auc=0.9"] == second[:4]
    assert ["churn", "1", "production", "auc=0.8"] == first[:4]


def test_show_tells_the_newest_outcome_of_each_check(run, world):
    world.versions(0.8)
    for name, passed in (("drift", False), ("schema", True), ("drift", True)):
        world.registry.record_check("churn", 1, name, passed, {"psi": 0.04})
    shown = dict(run.table("versions", "show", "churn", "1")[1:])
    assert shown["check drift"].startswith("passed, ")
    assert shown["check schema"].endswith(", by tester")
    (version,) = run.json("versions", "show", "churn", "1")
    assert [("drift", {"psi": 0.04}), ("schema", {"psi": 0.04})] == [
        (check["name"], check["evidence"]) for check in version["checks"]
    ]


def test_list_of_one_model_takes_a_filter_too(run, world):
    world.versions(0.8, 0.9).versions(0.95, model="other")
    assert [2] == [row["version"] for row in run.json("versions", "list", "churn", "--filter", "metrics.auc > 0.85")]
    either = run.json("versions", "list", "churn", "--filter", "metrics.auc > 0.85 or metrics.auc < 0.1")
    assert ["churn"] == [row["model_name"] for row in either]


def test_list_without_a_model_is_of_all(run, world):
    world.versions(0.8).versions(0.9, model="other")
    assert {"churn", "other"} == {row["model_name"] for row in run.json("versions", "list")}


def test_list_of_a_model_that_is_not_there_is_an_error(run, world):
    assert "no registered model 'none'" in run.fails("versions", "list", "none")


def test_list_shows_only_the_metrics_of_the_whole_validation_data(run, world):
    world.register(metrics=[{"name": "auc", "value": 0.9}, {"name": "auc", "value": 0.7, "slice": "country=NO"}])
    assert "auc=0.9" == run.table("versions", "list", "churn")[1][3]


@pytest.mark.parametrize(
    "named",
    [("churn", "1"), ("churn", "@production"), ("models:/churn/1",), ("models:/churn@production",)],
    ids=" ".join,
)
def test_a_version_is_named_by_number_alias_or_reference(run, world, named):
    world.versions(0.8)
    world.registry.promote("churn", 1, "production")
    assert "models:/churn/1" == dict(run.table("versions", "show", *named)[1:])["reference"]


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (("churn",), "Which version of 'churn'?"),
        (("models:/churn/1", "2"), "leave '2' out"),
        (("churn", "nine"), "'nine' names no version"),
        (("churn", "9"), "no version 9"),
        (("churn", "@nothing"), "'nothing'"),
    ],
)
def test_what_names_no_version_is_said(run, world, named, said):
    world.versions(0.8)
    assert said in run.fails("versions", "show", *named)


def test_show_has_everything_that_is_known(run, world):
    version = world.register(
        auc=0.9,
        params={"depth": 3},
        tags={"team": "growth"},
        inputs=[{"name": "customers", "rows": 10}],
        producer={"dag_id": "retrain", "task_id": "train", "run_id": "night"},
    )
    rows = dict(run.table("versions", "show", "churn", 1)[1:])
    assert version.digest == rows["digest"]
    assert ("auc=0.9", "depth=3", "team=growth", "customers") == tuple(
        rows[name] for name in ("metrics", "params", "tags", "inputs")
    )
    assert "dag_id=retrain" in rows["producer"]
    (found,) = run.json("versions", "show", "churn", 1)
    assert {"name": "customers", "uri": "", "digest": "", "rows": 10} == found["inputs"][0]
    assert "retrain" == found["producer"]["dag_id"]


def test_register_keeps_all_that_is_said(run, world, tmp_path):
    (tmp_path / "metadata.json").write_text('{"owner": "ana"}')
    (tmp_path / "metrics.json").write_text(
        json.dumps([{"name": "auc", "value": 0.7, "slice": "country=NO"}, {"name": "loss", "value": 1}])
    )
    run(
        *("versions", "register", "churn", world.artifact("weights"), "-m", "auc=0.91", "--metric", "f1=0.5"),
        *("--metrics-file", tmp_path / "metrics.json", "-p", "depth=3", "-p", "kernel=a=b", "-t", "team=growth"),
        *("-i", "customers=s3://data/customers", "-i", "s3://data/orders", "--metadata", tmp_path / "metadata.json"),
        *("--description", "By hand", "--code-revision", "abc123"),
    )
    version = world.registry.get_version("models:/churn/1")
    assert (0.91, 0.5, 1.0) == tuple(version.metric(name) for name in ("auc", "f1", "loss"))
    assert 0.7 == version.metric("auc", slice="country=NO")
    assert {"depth": "3", "kernel": "a=b"} == version.params
    assert {"team": "growth"} == version.tags
    assert [("customers", "s3://data/customers"), ("s3://data/orders", "s3://data/orders")] == [
        (item.name, item.uri) for item in version.inputs
    ]
    assert {"owner": "ana"} == version.metadata
    assert ("By hand", "abc123") == (version.description, version.code_revision)
    assert version.environment_digest is None


def test_register_prints_the_new_version(run, world):
    (made,) = run.json("versions", "register", "churn", world.artifact(), "-m", "auc=0.9")
    assert ("churn", 1) == (made["model_name"], made["version"])


def test_register_and_download_show_a_bar_in_a_terminal(run, world, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    run("versions", "register", "churn", world.artifact())
    assert "Hashing" in run.err
    run("versions", "download", "churn", 1, "--to", tmp_path / "here")
    assert "Downloading" in run.err


def test_register_keeps_the_environment_where_it_is_asked_to(run, world):
    run("versions", "register", "churn", world.artifact(), "--environment")
    environment = world.registry.environment("models:/churn/1")
    assert environment is not None
    assert "interpreter" in environment


def test_register_with_a_key_is_done_once(run, world):
    path = world.artifact()
    for _ in range(2):
        (made,) = run.json("versions", "register", "churn", path, "--key", "job-7")
    assert 1 == made["version"]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("-m", "auc"), "'auc' is no metric: write name=value."),
        (("-m", "auc=nan"), "auc"),
        (("-m", "auc=1", "-m", "auc=2"), "stands twice"),
        (("-p", "=3"), "'=3' is no param"),
        (("-t", "a=1", "-t", "a=2"), "The tag 'a' stands twice"),
        (("--metadata", "nowhere.json"), "nowhere.json: No such file or directory."),
    ],
)
def test_what_cannot_be_registered_is_said_and_nothing_is_registered(run, world, option, said):
    world.registry.create_model("churn")
    assert said in run.fails("versions", "register", "churn", world.artifact(), *option)
    assert 0 == world.registry.get_model("churn").latest_version


def test_a_path_that_is_not_there_is_said(run, world):
    assert "/nowhere" in run.fails("versions", "register", "churn", "/nowhere")


def test_a_file_that_is_no_json_is_said_with_its_place(run, world, tmp_path):
    (tmp_path / "bad.json").write_text('{"owner": }')
    said = run.fails("versions", "register", "churn", world.artifact(), "--metadata", tmp_path / "bad.json")
    assert "bad.json is not JSON" in said
    assert "line 1 column 11" in said


def test_download_brings_the_files_and_says_which_version_they_are(run, world, tmp_path):
    world.register("weights")
    world.registry.promote("churn", 1, "production")
    (got,) = run.json("versions", "download", "churn", "@production", "--to", tmp_path / "here")
    assert "weights" == (tmp_path / "here" / "model.pkl").read_text()
    assert "models:/churn/1" == got["reference"]
    assert str(tmp_path / "here") == got["path"]


def test_download_of_other_bytes_than_were_registered_fails(run, world, tmp_path):
    version = world.register("weights")
    (file,) = world.root.rglob(f"{version.digest}/model.pkl")
    file.chmod(0o600)
    file.write_text("sthgiew")
    assert "model.pkl" in run.fails("versions", "download", "churn", 1, "--to", tmp_path / "here")
    assert not (tmp_path / "here").exists()


def test_archive_and_restore_with_a_reason(run, world):
    world.versions(0.8)
    (archived,) = run.json("versions", "archive", "churn", 1, "--reason", "no longer used")
    assert archived["archived_at"] is not None
    assert "archived" == run.table("versions", "list", "churn")[1][7]
    (restored,) = run.json("versions", "restore", "models:/churn/1")
    assert restored["archived_at"] is None
    assert "no longer used" == world.registry.model_events("churn")[-2].reason


def test_a_version_that_holds_an_alias_is_not_archived(run, world):
    world.versions(0.8)
    world.registry.promote("churn", 1, "production")
    assert "holds production" in run.fails("versions", "archive", "churn", 1)
