"""The form of a profile."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from airflow_provider_registry.errors import InvalidProfileError, TooLargeError
from airflow_provider_registry.registry.profiles.profile import profile_schema, read_profile

HISTOGRAM = {"type": "numeric", "role": "input", "count": 3, "histogram": {"edges": [0, 1, 2], "counts": [1, 2]}}
QUANTILES = {"type": "numeric", "count": 9, "quantiles": {"probabilities": [0, 0.5, 1], "values": [1, 1, 4]}}
NAMES = {"type": "categorical", "count": 5, "missing": 1, "categories": {"NO": 3}, "other": 2}
PROFILE = {"columns": {"age": HISTOGRAM, "income": QUANTILES, "country": NAMES}}


def test_the_schema_is_one_and_says_what_is_read():
    Draft202012Validator.check_schema(profile_schema())
    assert read_profile(PROFILE) == PROFILE
    assert read_profile(json.dumps(PROFILE)) == PROFILE


@pytest.mark.parametrize(
    ("column", "path", "message"),
    [
        ({**HISTOGRAM, "count": 4}, "$.columns.c", "the counts are 3 together, and count is 4"),
        ({**HISTOGRAM, "histogram": {"edges": [0, 2, 1], "counts": [1, 2]}}, "$.columns.c.histogram.edges", "greater"),
        ({**HISTOGRAM, "histogram": {"edges": [0, 1], "counts": [1, 2]}}, "$.columns.c.histogram", "1 counts between"),
        ({**HISTOGRAM, "histogram": {"edges": [0], "counts": []}}, "$.columns.c.histogram", "too short|non-empty"),
        ({**HISTOGRAM, "kurtosis": 3}, "$.columns.c", "kurtosis"),
        ({**HISTOGRAM, **QUANTILES, "count": 3}, "$.columns.c", "valid under each|should not be valid"),
        ({"type": "numeric", "count": 3}, "$.columns.c", "required"),
        ({**HISTOGRAM, "role": "target"}, "$.columns.c.role", "not one of"),
        (
            {**QUANTILES, "quantiles": {"probabilities": [0, 1], "values": [2, 1]}},
            "$.columns.c.quantiles.values",
            "less",
        ),
        (
            {**QUANTILES, "quantiles": {"probabilities": [0, 1], "values": [1, 2, 3]}},
            "$.columns.c.quantiles",
            "3 values",
        ),
        (
            {**QUANTILES, "quantiles": {"probabilities": [1, 0], "values": [1, 2]}},
            "$.columns.c.quantiles.prob",
            "greater",
        ),
        ({**NAMES, "other": 0}, "$.columns.c", "3 together"),
        ({**NAMES, "categories": {"NO": -1}}, "$.columns.c.categories.NO", "minimum"),
        ({**NAMES, "categories": {"NO": 0.5}}, "$.columns.c.categories.NO", "integer"),
        ({"type": "text", "count": 1}, "$.columns.c", "text"),
        ({"count": 1}, "$.columns.c", "type"),
        ([], "$.columns.c", "object"),
    ],
)
def test_every_place_that_is_wrong_is_named(column, path, message):
    with pytest.raises(InvalidProfileError, match=message) as caught:
        read_profile({"columns": {"c": column}})
    assert any(where.startswith(path) for where, _ in caught.value.violations)


@pytest.mark.parametrize("given", [None, {}, {"columns": {}}, "None", "[]", 5, {"columns": {"": NAMES}}])
def test_what_is_no_profile_is_refused(given):
    with pytest.raises(InvalidProfileError):
        read_profile(given)


def test_numbers_that_are_none_are_refused():
    wrong = {**HISTOGRAM, "histogram": {"edges": [0, float("inf"), 2], "counts": [1, 2]}}
    with pytest.raises(InvalidProfileError, match=r"\$.columns.age.histogram.edges\[1\]: inf is not a finite number"):
        read_profile({"columns": {"age": wrong}})


def test_more_than_is_kept_is_refused():
    with pytest.raises(TooLargeError):
        read_profile({"columns": {f"column {number}": NAMES for number in range(20_000)}})
