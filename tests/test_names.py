"""The rules for names: what is let in, and what is said to who is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.errors import InvalidInputError, InvalidNameError, TooLargeError
from airflow_provider_registry.names import check_alias, check_key, check_model_name, check_text, fold

FIRST = "abcXYZ019"
REST = FIRST + "._-"
PARTS = st.tuples(st.sampled_from(FIRST), st.text(REST, max_size=20), st.sampled_from(FIRST)).map("".join)


@given(st.lists(PARTS, min_size=1, max_size=4).map("/".join))
def test_parts_of_plain_characters_joined_by_slashes_name_a_model(name):
    assert name == check_model_name(name)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "1 to 255 characters"),
        (None, "1 to 255 characters"),
        (7, "1 to 255 characters"),
        ("None", "a template rendered nothing"),
        ("a" * 256, "256 characters"),
        ("/churn", "the part ''"),
        ("churn/", "the part ''"),
        ("growth//churn", "the part ''"),
        ("../churn", "the part '..'"),
        ("growth/.hidden", "begin with a letter or a digit"),
        ("churn.", "may not end with '.'"),
        ("chürn", "letters, digits"),
        ("churn model", "letters, digits"),
        ("churn\n", "letters, digits"),
        ("growth/" + "0a" * 32, "digest folder"),
        ("growth/" + "0A" * 32 + ".tmp", "digest folder"),
    ],
)
def test_what_is_no_model_name_is_refused_with_what_to_do(name, said):
    with pytest.raises(InvalidNameError, match=said):
        check_model_name(name)


@pytest.mark.parametrize("name", ["production", "champion", "2nd", "a.b-c_d", "v3"])
def test_an_alias_is_one_part(name):
    assert name == check_alias(name)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("3", "version number"),
        ("007", "version number"),
        ("latest", "not an alias"),
        ("Latest", "not an alias"),
        ("growth/production", "not allowed"),
        ("@production", "not allowed"),
        ("None", "rendered nothing"),
    ],
)
def test_what_would_read_as_something_else_is_no_alias(name, said):
    with pytest.raises(InvalidNameError, match=said):
        check_alias(name)


@given(st.text(max_size=300))
def test_whatever_is_let_in_as_a_name_is_a_safe_relative_path(name):
    try:
        check_model_name(name)
    except InvalidNameError:
        return
    assert all(part not in ("", ".", "..") and part.isascii() for part in name.split("/"))


def test_names_are_compared_regardless_of_case():
    assert fold("Growth/Churn") == fold("growth/CHURN")


@pytest.mark.parametrize("key", ["", " auc", "auc ", "a\nb", None, 7])
def test_a_key_is_one_line_without_spaces_around_it(key):
    with pytest.raises(InvalidNameError, match="metric name"):
        check_key("metric", key)


def test_a_key_that_is_too_long_is_refused_by_its_length():
    with pytest.raises(TooLargeError, match="256 characters"):
        check_key("tag", "k" * 256)


def test_a_text_is_measured_in_bytes():
    assert "ü" == check_text("description", "ü", limit=2)
    with pytest.raises(TooLargeError, match="4 bytes; at most 3"):
        check_text("description", "üü", limit=3)


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", b"bytes", None])
def test_what_no_database_stores_is_refused_before_any_does(text):
    with pytest.raises(InvalidInputError, match="description"):
        check_text("description", text)
