"""Params and tags."""

from __future__ import annotations

import numpy as np
import pytest

from airflow_provider_registry.errors import InvalidInputError, InvalidNameError, TooLargeError
from airflow_provider_registry.registry.versions.details import read_params, read_tags


def test_params_are_kept_as_text_in_pythons_spelling() -> None:
    given = {"depth": 3, "rate": 0.1, "shuffle": True, "kind": "gbm", "max": None, "n": np.int64(5), "b": np.False_}
    expected = {"b": "False", "depth": "3", "kind": "gbm", "max": "None", "n": "5", "rate": "0.1", "shuffle": "True"}
    assert expected == read_params(given)
    assert list(expected) == list(read_params(given))


def test_params_rendered_as_text_are_read() -> None:
    assert read_params("{'rate': 0.1, 'depth': None}") == {"depth": "None", "rate": "0.1"}


@pytest.mark.parametrize("value", [[1], {"a": 1}, (1, 2), object(), b"x", "None", "a\x00"])
def test_a_param_that_is_no_scalar_is_refused_by_name(value: object) -> None:
    with pytest.raises(InvalidInputError, match="param 'layers'"):
        read_params({"layers": value})


def test_params_and_tags_have_limits() -> None:
    assert read_params({"a": "x" * 10_000})["a"] == "x" * 10_000
    with pytest.raises(TooLargeError, match="param 'a' has 10,001 characters"):
        read_params({"a": "x" * 10_001})
    with pytest.raises(TooLargeError, match="tag 'a' has 1,001 characters"):
        read_tags({"a": "x" * 1_001})
    with pytest.raises(TooLargeError, match="10,001 tags"):
        read_tags({f"t{number}": "" for number in range(10_001)})


def test_tags_are_text() -> None:
    assert read_tags({"team": "growth", "empty": ""}) == {"empty": "", "team": "growth"}
    assert read_tags('{"team": "growth"}') == {"team": "growth"}
    with pytest.raises(InvalidInputError, match="tag 'fold' must be text, not 5"):
        read_tags({"fold": 5})


@pytest.mark.parametrize("value", ["None", None])
def test_a_tag_of_nothing_is_refused_by_name(value: object) -> None:
    with pytest.raises(InvalidInputError, match="tag 'team'"):
        read_tags({"team": value})


@pytest.mark.parametrize("given", ["None", "", [("a", "b")], 5])
def test_what_is_no_mapping_is_refused(given: object) -> None:
    with pytest.raises(InvalidInputError, match="The (params|tags)"):
        read_params(given)


def test_nothing_given_is_nothing_kept() -> None:
    assert read_params(None) == read_tags(None) == {}


@pytest.mark.parametrize("name", ["", " a", "a\nb"])
def test_a_bad_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidNameError):
        read_tags({name: "x"})
