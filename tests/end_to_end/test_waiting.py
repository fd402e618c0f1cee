"""`ModelAliasSensor` waits without a worker, and is woken by a promotion made anywhere."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.support.runs import Place, Run


@pytest.fixture(scope="module")
def waiting(places: Mapping[str, Place]) -> dict[str, Run]:
    """A run that waits for a model that is not even there."""
    return {place.name: place.start("waiting", "awaited") for place in places.values()}


@pytest.fixture(scope="module")
def moving(places: Mapping[str, Place], waiting: object) -> dict[str, Run]:
    """A run that waits until the alias has moved off version 1."""
    for place in places.values():
        place.versions(place.model("moving"), 2)
        place.registry.promote("moving", 1, "production")
    return {place.name: place.start("moving", "moving", version=1) for place in places.values()}


@pytest.fixture(scope="module")
def promoted(
    places: Mapping[str, Place], waiting: Mapping[str, Run], moving: Mapping[str, Run]
) -> tuple[Mapping[str, Run], Mapping[str, Run]]:
    """Both, once they wait and people have promoted what they wait for."""
    for place in places.values():
        waiting[place.name].wait_for("appeared", "deferred")
        moving[place.name].wait_for("moved", "deferred")
        place.versions(place.model("awaited"), 1)
        for model, version in (("awaited", 1), ("moving", 2)):
            place.registry.promote(model, version, "production")
    return waiting, moving


def test_a_wait_holds_no_worker_until_a_promotion_from_outside_wakes_it(
    place: Place, promoted: tuple[Mapping[str, Run], Mapping[str, Run]]
) -> None:
    run = promoted[0][place.name]
    assert {"appeared": "success"} == run.states()
    (held,) = place.registry.history("awaited")
    assert held.as_mapping() == run.xcom("appeared")
    assert "Waiting in the triggerer" in run.log("appeared")


def test_a_wait_for_an_alias_to_move_off_a_version_ends_with_the_next(
    place: Place, promoted: tuple[Mapping[str, Run], Mapping[str, Run]]
) -> None:
    run = promoted[1][place.name]
    assert {"moved": "success", "moved_in_a_worker": "success"} == run.states()
    assert [2, 2] == [run.xcom("moved")["version"], run.xcom("moved_in_a_worker")["version"]]


def test_a_wait_for_what_is_there_already_ends_at_once_and_again_when_cleared(
    place: Place, promoted: tuple[Mapping[str, Run], Mapping[str, Run]]
) -> None:
    run = place.start("waiting", "moving")
    assert {"appeared": "success"} == run.states()
    assert "Waiting in the triggerer" not in run.log("appeared")
    first = run.xcom("appeared")
    run.clear()
    assert {"appeared": "success"} == run.states()
    assert first == run.xcom("appeared")
