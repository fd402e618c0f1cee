"""Values as Airflow's templates leave them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.registry.versions.rendered import read_mapping, read_rendered, read_text
from tests.registry.strategies import JSON_VALUES


@given(JSON_VALUES.filter(lambda value: value is not None and not isinstance(value, str)))
def test_a_value_rendered_as_python_or_as_json_is_read_as_itself(value: object) -> None:
    assert value == read_rendered("metrics", repr(value))
    assert value == read_rendered("metrics", json.dumps(value))


@pytest.mark.parametrize("text", ["", " ", "None", " None ", "null"])
def test_a_template_that_rendered_nothing_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidInputError, match="The metrics are the text .* rendered nothing"):
        read_rendered("metrics", text)


@pytest.mark.parametrize("text", ["{'auc': np.float64(0.9)}", "__import__('os')", "{'auc': ", "(" * 10_000, "a b"])
def test_text_that_is_no_literal_is_refused_and_nothing_in_it_runs(text: str) -> None:
    with pytest.raises(InvalidInputError, match="neither JSON nor a Python literal"):
        read_rendered("metrics", text)


def test_numpy_in_a_rendered_mapping_is_named_with_the_way_out() -> None:
    with pytest.raises(InvalidInputError, match=r"convert numpy values with float\(\)"):
        read_rendered("metrics", "{'auc': np.float64(0.9)}")


def test_nothing_given_is_an_empty_mapping() -> None:
    assert {} == read_mapping("params", None)


@pytest.mark.parametrize("given", [[1], 5, "[1]", "5"])
def test_what_is_no_mapping_is_refused_by_name(given: object) -> None:
    with pytest.raises(InvalidInputError, match="The params must be a mapping"):
        read_mapping("params", given)


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_text_that_no_database_stores_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="no database stores"):
        read_text("tag 'a'", text)


def test_long_values_are_cut_in_messages() -> None:
    assert len(shown("x" * 10_000)) == 80
