"""`@task.model_version`, and tasks that register more than one version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.runs import Place, Run

FIVE = [f"five/{number}" for number in range(5)]
ITEMS = {"items.json": json.dumps(["a", "b", "c"])}


@pytest.fixture(scope="module")
def runs(places: Mapping[str, Place]) -> dict[tuple[str, str], Run]:
    """One run of each Dag of `tests/dags/training.py` that trains, by registry and Dag."""
    begun = {}
    for place in places.values():
        begun[place.name, "training"] = place.start("training", "trained", accident="lost_answer")
        begun[place.name, "five_models"] = place.start("five_models", "five", accident="lost_answer")
        begun[place.name, "mapped_training"] = place.start("mapped_training", "mapped", ITEMS, accident="lost_answer")
    return begun


@pytest.fixture(scope="module")
def ended(runs: Mapping[tuple[str, str], Run]) -> Mapping[tuple[str, str], Run]:
    """The same, at their end."""
    for run in runs.values():
        run.end()
    return runs


@pytest.fixture(scope="module")
def before(places: Mapping[str, Place], ended: Mapping[tuple[str, str], Run]) -> dict[str, list[str]]:
    """The events of the models of five, before their task is cleared."""
    return {f"{place.name} {model}": place.event_types(model) for place in places.values() for model in FIVE}


@pytest.fixture(scope="module")
def again(ended: Mapping[tuple[str, str], Run], before: object, mapped_once: object) -> Mapping[tuple[str, str], Run]:
    """The same, cleared; the list that is mapped over is a shorter one by then, in another order."""
    for (_, dag_id), run in ended.items():
        if dag_id == "mapped_training":
            (run.folder / "items.json").write_text(json.dumps(["c", "a"]))
        run.clear()
    for run in ended.values():
        run.end()
    return ended


@pytest.fixture(scope="module")
def mapped_once(ended: Mapping[tuple[str, str], Run]) -> dict[tuple[str, str, int], str]:
    """The references that the mapped tasks returned at first, by registry, task and map index."""
    return {
        (name, task_id, index): run.xcom(task_id, map_index=index)["reference"]
        for (name, dag_id), run in ended.items()
        if dag_id == "mapped_training"
        for task_id in ("train", "register")
        for index in range(3)
    }


def test_a_training_function_may_return_a_path(place: Place, ended: Mapping[tuple[str, str], Run]) -> None:
    version = place.registry.get_version("models:/trained/path/1")
    assert version.as_mapping() == ended[place.name, "training"].xcom("returns_a_path")
    assert version.training_duration is not None
    assert version.training_duration >= 0
    assert place.registry.environment(version.reference)


def test_a_training_function_may_return_all_there_is_to_say(place: Place, ended: Mapping[tuple[str, str], Run]) -> None:
    version = place.registry.get_version("models:/trained/mapping/1")
    assert (0.91, {"depth": "4"}, {"owner": "growth"}) == (version.metric("auc"), version.params, version.metadata)
    assert ["customers"] == [given.name for given in version.inputs]
    assert "1 of trained/mapping" == ended[place.name, "training"].xcom("uses")


def test_a_training_function_that_returns_nothing_fails_and_says_what_to_return(
    place: Place, ended: Mapping[tuple[str, str], Run]
) -> None:
    run = ended[place.name, "training"]
    assert "failed" == run.states()["returns_nothing"]
    assert "The training function returned NoneType: return the path" in run.log("returns_nothing")


def test_a_training_task_that_is_retried_and_cleared_keeps_its_version(
    place: Place, again: Mapping[tuple[str, str], Run]
) -> None:
    run = again[place.name, "training"]
    assert (3, 3) == (run.tries()["returns_a_path"], run.tries()["returns_a_mapping"])
    assert ["model.created", "version.registered"] == place.event_types("trained/path")
    assert ["model.created", "version.registered"] == place.event_types("trained/mapping")


def test_one_task_registers_five_models_once_each(
    place: Place, ended: Mapping[tuple[str, str], Run], before: dict[str, list[str]]
) -> None:
    assert [f"models:/{model}/1" for model in FIVE] == ended[place.name, "five_models"].xcom("train")
    assert {("model.created", "version.registered")} == {tuple(before[f"{place.name} {model}"]) for model in FIVE}


def test_one_task_that_registered_five_models_is_cleared_and_registers_none(
    place: Place, again: Mapping[tuple[str, str], Run], before: dict[str, list[str]]
) -> None:
    assert {"train": 3} == again[place.name, "five_models"].tries()
    for model in FIVE:
        assert before[f"{place.name} {model}"] == place.event_types(model)


@pytest.mark.parametrize(("task_id", "model"), [("train", "mapped"), ("register", "mapped/registered")])
def test_each_mapped_task_registers_a_version_of_its_own(
    place: Place, mapped_once: dict[tuple[str, str, int], str], task_id: str, model: str, tmp_path: Path
) -> None:
    for index, item in enumerate("abc"):
        version = place.registry.get_version(mapped_once[place.name, task_id, index])
        assert version.producer is not None
        assert index == version.producer.map_index
        assert f"weights of {item}" == place.text(model, version.version, tmp_path / item)


@pytest.mark.parametrize(("task_id", "model"), [("train", "mapped"), ("register", "mapped/registered")])
def test_mapped_tasks_whose_list_changed_attribute_no_version_to_another(
    place: Place,
    again: Mapping[tuple[str, str], Run],
    mapped_once: dict[tuple[str, str, int], str],
    task_id: str,
    model: str,
    tmp_path: Path,
) -> None:
    """The list was a, b, c, and is c, a: each task's version has the bytes of its present item."""
    run = again[place.name, "mapped_training"]
    assert [1, 2, 3, 4, 5] == place.numbers(model)
    for index, item in enumerate("ca"):
        version = place.registry.get_version(run.xcom(task_id, map_index=index))
        assert mapped_once[place.name, task_id, index] == f"models:/{model}/{version.supersedes}"
        assert version.producer is not None
        assert index == version.producer.map_index
        assert f"weights of {item}" == place.text(model, version.version, tmp_path / item)


def test_versions_that_mapped_tasks_made_before_their_list_changed_stand_as_they_were(
    place: Place, again: Mapping[tuple[str, str], Run], mapped_once: dict[tuple[str, str, int], str]
) -> None:
    for index, item in enumerate("abc"):
        version = place.registry.get_version(mapped_once[place.name, "train", index])
        assert {"item": item} == version.params
