"""Tasks that are cleared after the world has moved on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.runs import Place, Run


@pytest.fixture(scope="module")
def promotions(places: Mapping[str, Place]) -> dict[tuple[str, str], Run]:
    """Version 2 promoted by a task, by registry and model."""
    begun = {}
    for place in places.values():
        for model in ("rolled-back", "superseded", "restored"):
            place.versions(place.model(model), 3)
            place.registry.promote(model, 1, "production")
            begun[place.name, model] = place.start("going_forward", model, version=2)
    return begun


@pytest.fixture(scope="module")
def cleared_promotions(
    places: Mapping[str, Place], promotions: Mapping[tuple[str, str], Run], rollbacks: object, unsteady: object
) -> Mapping[tuple[str, str], Run]:
    """The same, cleared after the alias has moved on."""
    for (name, model), run in promotions.items():
        assert {"promote": "success"} == run.states()
        registry = places[name].registry
        if model == "superseded":
            registry.promote(model, 3, "production")
        else:
            registry.rollback(model, "production", reason="it answers too slowly")
        if model == "restored":
            registry.promote(model, 2, "production", reason="it was not the model")
        run.clear()
    return promotions


@pytest.fixture(scope="module")
def rollbacks(places: Mapping[str, Place], promotions: object) -> dict[tuple[str, str], Run]:
    """Version 3 rolled back by a task whose first answer is lost."""
    begun = {}
    for place in places.values():
        for model in ("gone-back", "gone-back-and-forth"):
            for version in place.versions(place.model(model), 3):
                place.registry.promote(model, version, "production")
            begun[place.name, model] = place.start("going_back", model, accident="lost_answer")
    return begun


@pytest.fixture(scope="module")
def rolled_back(rollbacks: Mapping[tuple[str, str], Run]) -> dict[tuple[str, str], Any]:
    """What they returned."""
    for run in rollbacks.values():
        assert ({"rollback": "success"}, {"rollback": 2}) == (run.states(), run.tries())
    return {key: run.xcom("rollback") for key, run in rollbacks.items()}


@pytest.fixture(scope="module")
def cleared_rollbacks(
    places: Mapping[str, Place], rollbacks: Mapping[tuple[str, str], Run], rolled_back: object
) -> Mapping[tuple[str, str], Run]:
    """The same, cleared."""
    for (name, model), run in rollbacks.items():
        if model == "gone-back-and-forth":
            places[name].registry.promote(model, 3, "production")
        run.clear()
    return rollbacks


@pytest.fixture(scope="module")
def unsteady(places: Mapping[str, Place], promotions: object) -> dict[str, Run]:
    """A training that is not deterministic."""
    return {place.name: place.start("unsteady_training", "unsteady") for place in places.values()}


@pytest.fixture(scope="module")
def unsteady_again(unsteady: Mapping[str, Run]) -> Mapping[str, Run]:
    """The same, all of it cleared."""
    for run in unsteady.values():
        assert "success" == run.end()
        run.clear()
    for run in unsteady.values():
        assert "success" == run.end()
    return unsteady


def test_a_promotion_that_was_rolled_back_since_fails_and_names_both_events(
    place: Place, cleared_promotions: Mapping[tuple[str, str], Run]
) -> None:
    run = cleared_promotions[place.name, "rolled-back"]
    assert {"promote": "failed"} == run.states()
    assert 2 == run.tries()["promote"], "a failure that no retry can cure is not retried"
    promoted, rolled_back = place.events("rolled-back")[-2:]
    log = run.log("promote", try_number=2)
    assert "RolledBackSinceError" in log
    assert f"event {promoted.seq} " in log
    assert f"event {rolled_back.seq} " in log
    assert "start a new Dag run, or give the task another key=" in log
    assert 1 == place.live("rolled-back")


def test_a_promotion_that_was_superseded_since_is_skipped_and_names_what_did(
    place: Place, cleared_promotions: Mapping[tuple[str, str], Run]
) -> None:
    run = cleared_promotions[place.name, "superseded"]
    assert {"promote": "skipped"} == run.states()
    by = place.events("superseded")[-1]
    assert f"event {by.seq} moved it to version 3" in run.log("promote", try_number=2)
    assert 3 == place.live("superseded")


def test_a_promotion_whose_version_has_the_alias_again_succeeds_and_moves_nothing(
    place: Place, cleared_promotions: Mapping[tuple[str, str], Run]
) -> None:
    run = cleared_promotions[place.name, "restored"]
    assert {"promote": "success"} == run.states()
    assert "alias.promoted" == place.event_types("restored")[-1]
    assert [1, 2, 1, 2] == [held.version for held in place.registry.history("restored", "production")]


def test_a_rollback_goes_back_once_however_often_it_runs(
    place: Place, cleared_rollbacks: Mapping[tuple[str, str], Run], rolled_back: Mapping[tuple[str, str], Any]
) -> None:
    """It is retried, for its first answer was lost, and then cleared."""
    run = cleared_rollbacks[place.name, "gone-back"]
    assert ({"rollback": "success"}, {"rollback": 3}) == (run.states(), run.tries())
    first = rolled_back[place.name, "gone-back"]
    assert first == run.xcom("rollback")
    assert (2, 3) == (first["version"], first["previous_version"])
    assert 1 == place.event_types("gone-back").count("alias.rolled_back")
    assert 2 == place.live("gone-back")


def test_a_rollback_that_was_superseded_since_is_skipped(
    place: Place, cleared_rollbacks: Mapping[tuple[str, str], Run]
) -> None:
    run = cleared_rollbacks[place.name, "gone-back-and-forth"]
    assert {"rollback": "skipped"} == run.states()
    assert 3 == place.live("gone-back-and-forth")


def test_a_cleared_training_of_other_bytes_makes_a_version_that_names_the_one_it_supersedes(
    place: Place, unsteady_again: Mapping[str, Run], tmp_path: Path
) -> None:
    assert [1, 2] == place.numbers("unsteady/bytes")
    versions = [place.registry.get_version(number, model_name="unsteady/bytes") for number in (1, 2)]
    assert [None, 1] == [version.supersedes for version in versions]
    assert 2 == unsteady_again[place.name].xcom("other_bytes")["version"]
    assert "weights of try 1" == place.text("unsteady/bytes", 1, tmp_path / "1")
    assert "weights of try 2" == place.text("unsteady/bytes", 2, tmp_path / "2")
    assert "superseding version 1" in str(place.events("unsteady/bytes")[-2])


def test_a_cleared_run_that_made_another_version_promotes_that_one(
    place: Place, unsteady_again: Mapping[str, Run]
) -> None:
    assert 2 == unsteady_again[place.name].xcom("promote")["version"]
    assert [1, 2] == [held.version for held in place.registry.history("unsteady/bytes", "production")]


def test_a_cleared_training_of_the_same_bytes_keeps_its_version_and_logs_what_differs(
    place: Place, unsteady_again: Mapping[str, Run]
) -> None:
    assert [1] == place.numbers("unsteady/metrics")
    assert 0.1 == place.registry.get_version("models:/unsteady/metrics/1").metric("auc")
    log = unsteady_again[place.name].log("other_metrics", try_number=2)
    assert "metric auc is 0.2 now and was registered as 0.1" in log
