"""Looking for events of a model."""

from __future__ import annotations

import pytest

from airflow_provider_registry.errors import InvalidInputError, ModelNotFoundError
from airflow_provider_registry.registry.record import found

EVERY = [1, 2, 3, 4, 5, 6, 7]


@pytest.fixture
def lived(world):
    """A model with seven events, and another."""
    world.versions(0.8, 0.9).versions(0.5, model="other")
    for number in (1, 2):
        world.registry.promote("churn", number, "production")
        world.registry.set_tag("models:/churn/1", f"t{number}", "x")
    assert EVERY == [event.seq for event in world.registry.model_events("churn")]
    return world.registry


def pages(registry, **asked):
    """The places of what was found, page by page."""
    told, first = [], None
    while True:
        page = registry.find_events("churn", first=first, **asked)
        told.append([event.seq for event in page])
        first = page.next
        if first is None:
            return told


def test_all_events_come_from_either_end(lived):
    assert [EVERY] == pages(lived)
    assert [EVERY[::-1]] == pages(lived, newest_first=True)
    assert [[1, 2, 3], [4, 5, 6], [7]] == pages(lived, limit=3)
    assert [[7, 6, 5], [4, 3, 2], [1]] == pages(lived, limit=3, newest_first=True)
    assert [3, 2, 1] == [event.seq for event in lived.find_events("churn", first=3, newest_first=True)]
    assert [] == list(lived.find_events("churn", first=8))


def test_what_is_asked_for_must_all_hold(lived):
    assert [[4, 6]] == pages(lived, types="alias.promoted")
    assert [[2, 4, 5, 7]] == pages(lived, version=1)
    assert [[4]] == pages(lived, version=1, alias="PRODUCTION")
    assert [[7, 5, 1]] == pages(lived, types=["version.tagged", "model.created"], newest_first=True)
    assert [[]] == pages(lived, alias="staging")


@pytest.mark.parametrize("back", [False, True])
def test_a_page_goes_through_so_many_events_and_says_where_to_go_on(lived, monkeypatch, back):
    monkeypatch.setattr(found, "MOST_PASSED", 3)
    told = pages(lived, types="alias.promoted", newest_first=back)
    assert [[6], [4], []] == told if back else [[], [4, 6], []] == told


def test_what_cannot_be_looked_for_is_refused(lived):
    with pytest.raises(InvalidInputError, match=r"no events of the type 'moved': they are model\.created"):
        lived.find_events("churn", types=["moved"])
    with pytest.raises(InvalidInputError, match="version is 0"):
        lived.find_events("churn", version=0)
    with pytest.raises(ModelNotFoundError):
        lived.find_events("none")
