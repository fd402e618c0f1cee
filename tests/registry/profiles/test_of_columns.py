"""Profiles of columns, whatever holds them."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_registry.errors import InvalidInputError, InvalidProfileError
from airflow_provider_registry.registry import profile_of

FLOATS = st.lists(st.floats() | st.none() | st.integers(), max_size=30)
TEXTS = st.lists(st.none() | st.booleans() | st.text(st.characters(exclude_categories=["Cs", "Cc"])), max_size=30)


class NA:
    """As pandas' NA: neither equal to itself nor not."""

    def __ne__(self, other: object):
        return self

    def __bool__(self) -> bool:
        raise TypeError("boolean value of NA is ambiguous")


NAType = type("NAType", (NA,), {})


def test_numbers_get_bins_that_hold_as_many_each():
    (column,) = profile_of({"age": list(range(100))}, bins=4)["columns"].values()
    assert (column["type"], column["role"], column["count"], column["missing"]) == ("numeric", "input", 100, 0)
    assert sum(column["histogram"]["counts"]) == 100
    assert max(column["histogram"]["counts"]) <= 26
    assert (column["histogram"]["below"], column["histogram"]["above"]) == (0, 0)


def test_names_are_counted_the_most_frequent_by_name():
    (column,) = profile_of({"country": ["NO", "SE", "NO", None, "DK", "SE", "NO"]}, categories=2)["columns"].values()
    assert column == {
        "type": "categorical",
        "role": "input",
        "count": 6,
        "missing": 1,
        "categories": {"NO": 3, "SE": 2},
        "other": 1,
    }


def test_a_role_and_numbers_that_are_names_are_said():
    found = profile_of({"zip": [1234, 1234], "score": [0.5, 0.7]}, outputs=["score"], categorical=["zip"])["columns"]
    assert (found["zip"]["categories"], found["score"]["role"]) == ({"1234": 2}, "output")


def test_an_array_is_as_the_list_of_its_values():
    values = [0.5, math.nan, 2.5, 2.5]
    assert (
        profile_of({"x": np.array(values)})
        == profile_of({"x": values})
        == profile_of({"x": [*values[:1], None, *values[2:]]})
    )
    assert profile_of({"x": np.array([True, False])})["columns"]["x"]["type"] == "categorical"


def test_what_pandas_has_for_nothing_is_missing_and_decimals_are_numbers():
    (column,) = profile_of({"x": [Decimal("1.5"), NAType(), 2]})["columns"].values()
    assert (column["type"], column["count"], column["missing"]) == ("numeric", 2, 1)


def test_an_earlier_profile_gives_edges_categories_and_roles():
    before = profile_of({"age": [1, 2, 3, 4], "country": ["NO", "SE", "NO", "NO"]}, bins=2, outputs=["country"])
    after = profile_of({"age": [0, 3, 9, 10], "country": ["NO", "DK"], "extra": [1]}, like=before)["columns"]
    assert set(after) == {"age", "country"}
    histogram = after["age"]["histogram"]
    assert histogram["edges"] == before["columns"]["age"]["histogram"]["edges"]
    assert (histogram["below"], sum(histogram["counts"]), histogram["above"]) == (1, 1, 2)
    assert (after["country"]["categories"], after["country"]["other"]) == ({"NO": 1, "SE": 0}, 1)
    assert after["country"]["role"] == "output"


@pytest.mark.parametrize(
    ("columns", "more", "message"),
    [
        ({}, {}, "non-empty|too few|enough properties"),
        ({"x": [1]}, {"outputs": ["y"]}, "There are no columns y"),
        ({"x": [1]}, {"like": profile_of({"y": [1]})}, "There are no columns y, which the earlier profile has"),
        ({"x": ["one"]}, {"like": profile_of({"x": [1]})}, "The column 'x' has 'one'"),
        ({"x": [1]}, {"bins": 0}, "bins is 0"),
    ],
)
def test_what_cannot_be_profiled_is_named(columns, more, message):
    with pytest.raises((InvalidProfileError, InvalidInputError), match=message):
        profile_of(columns, **more)


@settings(max_examples=150)
@given(FLOATS | TEXTS, st.integers(1, 12), st.integers(1, 5))
def test_any_column_has_a_profile_in_which_each_row_is_counted_once_and_like_it_is_itself(values, bins, categories):
    profile = profile_of({"x": values}, bins=bins, categories=categories)
    column = profile["columns"]["x"]
    assert column["count"] + column["missing"] == len(values)
    assert profile == profile_of({"x": values}, like=profile)
