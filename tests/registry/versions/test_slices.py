"""The one canonical form of a slice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.errors import InvalidMetricError
from airflow_provider_registry.registry.versions.slices import normalise_slice

PART = st.text(
    st.characters(codec="utf-8", exclude_characters=",=", exclude_categories=("C", "Z")), min_size=1, max_size=9
)
SLICES = st.dictionaries(PART, PART, max_size=5).filter(lambda given: "None" not in {*given, *given.values()})


@given(SLICES)
def test_the_form_is_canonical_and_reading_it_again_changes_nothing(given: dict[str, str]) -> None:
    text = normalise_slice(given)
    assert text == normalise_slice(text)
    backwards = ",".join(f" {key} = {value} " for key, value in reversed(list(given.items())))
    assert text == normalise_slice(backwards)


@pytest.mark.parametrize("given", [None, "", {}])
def test_no_slice_is_the_empty_text(given: object) -> None:
    assert normalise_slice(given) == ""


def test_keys_are_sorted_and_numbers_are_text() -> None:
    assert normalise_slice({"country": "NO", "age": 60}) == "age=60,country=NO"


@pytest.mark.parametrize(
    "given",
    ["country", "country=", "=NO", "a=1,a=2", "a=1,", "a=b=c", {"a": "x,y"}, {"a": ""}, {"": "a"}, {"a": None}]
    + [{"a": "x\ny"}, {1: "a"}, 5, {"a": "None"}, "country=None", "None", {"a": "\x00"}],
)
def test_what_is_no_slice_is_refused(given: object) -> None:
    with pytest.raises(InvalidMetricError, match="slice"):
        normalise_slice(given)


def test_the_norway_problem_of_yaml_is_named() -> None:
    with pytest.raises(InvalidMetricError, match="in quotes"):
        normalise_slice({"country": False})


def test_a_slice_that_fits_no_column_is_refused() -> None:
    with pytest.raises(InvalidMetricError, match="at most 255"):
        normalise_slice({"a": "x" * 255})
