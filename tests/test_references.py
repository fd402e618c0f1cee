"""References, and every other form in which a version may be named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.errors import InvalidNameError, InvalidReferenceError
from airflow_provider_registry.references import Reference, parse_reference, read_version

NAMES = st.sampled_from(["churn", "growth/churn", "a.b/c-d/e_f"])
REFERENCES = st.builds(Reference, NAMES, version=st.integers(1, 2**31 - 1)) | st.builds(
    Reference, NAMES, alias=st.sampled_from(["production", "champion", "v3"])
)


@given(REFERENCES)
def test_a_reference_is_read_back_as_itself(reference):
    assert reference == parse_reference(str(reference))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("churn/3", "is not a reference"),
        ("models:/churn", "no version"),
        ("models:/churn/three", "not a version number"),
        ("models:/churn/latest", "'latest' is not an alias"),
        ("models:/churn/0", "begin with 1"),
        ("models:/churn/99999999999", "begin with 1"),
        ("models:/churn/٣", "not a version number"),
        (None, "is not a reference"),
    ],
)
def test_what_is_no_reference_is_refused_with_the_form(text, said):
    with pytest.raises(InvalidReferenceError, match=said):
        parse_reference(text)


@pytest.mark.parametrize("text", ["models:/@production", "models:/churn@", "models:/churn@3", "models://3"])
def test_the_names_in_a_reference_must_be_names(text):
    with pytest.raises(InvalidNameError):
        parse_reference(text)


@pytest.mark.parametrize(
    "value",
    [3, "3", " 3 ", "models:/churn/3", *({"model_name": "churn", "version": number} for number in (3, "3"))],
)
def test_each_form_names_the_same_version(value):
    assert Reference("churn", 3) == read_version(value, "churn")


def test_the_model_may_be_left_out_where_the_value_names_it():
    assert Reference("churn", 3) == read_version({"model_name": "churn", "version": 3, "digest": "…"})
    assert Reference("churn", alias="production") == read_version("models:/churn@production")


@pytest.mark.parametrize(
    ("value", "model", "said"),
    [
        (3, None, "of which model"),
        ("models:/churn/3", "leave", "not of 'leave'"),
        (True, "churn", "names no version"),
        (3.0, "churn", "names no version"),
        (-1, "churn", "begin with 1"),
        ({}, "churn", "the keys model_name and version"),
        ({"version": 3}, "churn", "the keys model_name and version"),
    ],
)
def test_what_names_no_version_is_refused(value, model, said):
    with pytest.raises(InvalidReferenceError, match=said):
        read_version(value, model)
