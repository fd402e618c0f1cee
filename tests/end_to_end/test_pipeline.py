"""Every operator once, in the ordinary way; then again, because an answer was lost or a person cleared the run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.runs import Place, Run

TASKS = ("fit", "register", "validate", "promote", "wait", "fetch")
EVENTS = ["model.created", "policy.set", "version.registered", "version.validated", "alias.promoted"]


@pytest.fixture(scope="module")
def runs(places: Mapping[str, Place]) -> dict[str, Run]:
    """The pipeline, once for each registry."""
    return {place.name: place.start("pipeline", place.model("pipeline")) for place in places.values()}


@pytest.fixture(scope="module")
def hapless_runs(places: Mapping[str, Place], runs: Mapping[str, Run]) -> dict[str, Run]:
    """The same, where the answer of each first try is lost."""
    return {
        place.name: place.start("pipeline", place.model("hapless"), accident="lost_answer") for place in places.values()
    }


@pytest.fixture(scope="module")
def returned(runs: Mapping[str, Run], hapless_runs: Mapping[str, Run]) -> dict[str, dict[str, Any]]:
    """What each task of the pipeline returned."""
    for run in runs.values():
        assert set(run.states().values()) == {"success"}, run.states()
    return {name: run.xcoms(*TASKS) for name, run in runs.items()}


@pytest.fixture(scope="module")
def again(runs: Mapping[str, Run], returned: Any) -> Mapping[str, Run]:
    """The runs once more, all of their tasks cleared at once."""
    for run in runs.values():
        run.clear()
    return runs


@pytest.mark.usefixtures("embedded")
def test_tasks_that_come_first_at_once_make_the_embedded_registry(first_use: Run, embedded: Place) -> None:
    assert set(first_use.states().values()) == {"success"}
    assert [1, 2, 3, 4] == embedded.numbers("first-use")


def test_what_an_operator_returns_is_small_json_that_names_the_version(
    place: Place, returned: dict[str, dict[str, Any]], runs: dict[str, Run]
) -> None:
    given = returned[place.name]
    version = place.registry.get_version("models:/pipeline/1")
    registered = {"model_name": "pipeline", "version": 1, "digest": version.digest, "uri": version.uri}
    assert registered | {"reference": "models:/pipeline/1"} == given["register"]
    assert (True, 1) == (given["validate"]["passed"], given["validate"]["version"])
    assert ("production", 1, None) == tuple(given["promote"][key] for key in ("alias", "version", "previous_version"))
    assert given["promote"] == given["wait"]
    assert {"model_name", "version", "digest", "reference", "path"} == set(given["fetch"])
    assert all(len(json.dumps(value)) < 2_000 for value in given.values())
    assert 1 == runs[place.name].xcom("register", key="version")


def test_what_templates_render_is_registered(place: Place, returned: Any, runs: dict[str, Run]) -> None:
    version, run_id = place.registry.get_version("models:/pipeline/1"), runs[place.name].run_id
    assert 0.9 == version.metric("auc")
    assert {"bytes": "weights"} == version.params
    assert [("customers", f"s3://lake/{run_id}", 569)] == [(i.name, i.uri, i.rows) for i in version.inputs]
    assert {"owner": "pipeline"} == version.metadata
    assert {"run": run_id} == version.tags
    assert "Made by register." == version.description
    assert f"run {run_id}" == place.registry.history("pipeline")[0].reason


def test_a_version_knows_the_task_that_made_it(place: Place, returned: Any, runs: dict[str, Run]) -> None:
    made_by = place.registry.get_version("models:/pipeline/1").producer
    assert made_by is not None
    assert ("pipeline", "register", runs[place.name].run_id) == (made_by.dag_id, made_by.task_id, made_by.run_id)
    assert (-1, 1, "manual", False) == (made_by.map_index, made_by.try_number, made_by.run_type, made_by.is_test)
    assert made_by.dag_version


def test_the_record_says_which_tasks_acted(place: Place, returned: Any) -> None:
    events = place.events("pipeline")[2:5]
    assert [("airflow-task", task) for task in ("register", "validate", "promote")] == [
        (event.via, (event.task or {})["task_id"]) for event in events
    ]
    assert ["pipeline.register", "pipeline.validate", "pipeline.promote"] == [event.by for event in events]


def test_the_alias_leads_to_the_bytes_that_were_made(place: Place, returned: dict[str, dict[str, Any]]) -> None:
    assert "weights" == Path(returned[place.name]["fetch"]["path"], "model.txt").read_text()


def test_a_cleared_run_gives_the_same_and_adds_no_event(
    place: Place, again: dict[str, Run], returned: dict[str, dict[str, Any]]
) -> None:
    """The validation too, though the version that it validates is the live one by now."""
    run = again[place.name]
    assert set(run.states().values()) == {"success"}
    assert dict.fromkeys(TASKS, 2) == run.tries()
    assert returned[place.name] == run.xcoms(*TASKS)
    assert EVENTS == place.event_types("pipeline")


def test_a_retry_after_a_lost_answer_finds_what_was_done(place: Place, hapless_runs: dict[str, Run]) -> None:
    run = hapless_runs[place.name]
    assert set(run.states().values()) == {"success"}
    assert {"fit": 1} | dict.fromkeys(TASKS[1:], 2) == run.tries()
    assert 1 == run.xcom("register")["version"]
    assert 1 == run.xcom("promote")["version"]
    assert EVENTS == place.event_types("hapless")
    assert "AnswerLostError" in run.log("promote", try_number=1)


@pytest.mark.usefixtures("again")
def test_another_run_of_the_same_bytes_is_another_version_with_a_report_of_its_own(embedded: Place) -> None:
    run = embedded.start("pipeline", "pipeline")
    assert set(run.states().values()) == {"success"}
    first, second = (embedded.registry.get_version(number, model_name="pipeline") for number in (1, 2))
    assert (first.digest, None) == (second.digest, second.supersedes)
    assert 2 == run.xcom("validate")["version"]
    assert 2 == embedded.live("pipeline")
