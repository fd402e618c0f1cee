"""How many, and from where on: whole numbers within their bounds, and nothing that only looks like one."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry.limits import LARGEST, check_whole
from tests.support.kernel import World


@pytest.mark.parametrize("given", [1, 2, 10])
def test_a_whole_number_within_its_bounds_is_taken(given: int) -> None:
    assert given == check_whole("limit", given, 10)


@pytest.mark.parametrize("given", [0, -1, 11, True, False, "5", 5.0, None, 10**50])
def test_anything_else_is_refused_by_its_name(given: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"^limit is .*: give a whole number from 1 to 10\.$"):
        check_whole("limit", given, 10)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("wrong", [0, True, "5", 2.5, None, LARGEST + 1])
def test_every_reading_by_pages_says_so(world: World, wrong: Any) -> None:
    world.versions(0.8)
    registry = world.registry
    for parameter, read in {
        "page_size": lambda: registry.search_versions(page_size=wrong),
        "limit": lambda: registry.events(limit=wrong),
        "limit ": lambda: registry.model_events("churn", limit=wrong),
        "first": lambda: registry.model_events("churn", first=wrong),
    }.items():
        with pytest.raises(InvalidInputError, match=f"^{parameter.strip()} is .*: give a whole number from 1"):
            read()
    assert [] == registry.model_events("churn", first=LARGEST)
