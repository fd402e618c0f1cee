"""Feedback as a caller says it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_registry.errors import InvalidFeedbackError, InvalidInputError, TooLargeError
from airflow_provider_registry.registry.feedback.batches import batches_of
from airflow_provider_registry.registry.feedback.said import SaidFeedback

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]))


def read(rows: object) -> list[SaidFeedback]:
    """The rows, all of which fit into one batch."""
    (batch,) = batches_of(rows, {})
    return batch


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"kind": "rating", "value": "good"}, "The rating is 'good', which is not a finite number"),
        ({"kind": "rating", "value": float("nan")}, "which is not a finite number"),
        ({"kind": "rating", "value": None}, "The rating has no value"),
        ({"kind": "rating", "value": True}, "which is not a finite number"),
        (
            {"kind": "praise", "value": 1},
            "no feedback of the kind 'praise': it is rating, flag, correction, comment",
        ),
        ({"value": 1}, "no feedback of the kind None"),
        ({"kind": "flag", "value": "two\nlines"}, "use 1 to 255 characters on one line"),
        ({"kind": "comment", "value": 5}, "The comment must be text"),
        ({"kind": "comment", "value": "None"}, "a template rendered nothing"),
        ({"kind": "correction", "value": {"at": NOON}}, r"\$.at: .* of the type datetime"),
        ({"kind": "rating", "value": 1, "at": datetime(2026, 3, 3)}, "has no time zone"),  # noqa: DTZ001  # that is it
        ({"kind": "rating", "value": 1, "at": "noon"}, "is no time: write ISO 8601"),
        ({"kind": "rating", "value": 1, "stars": 5}, "A row of feedback has no stars"),
        ({"kind": "rating", "value": 1, "subject": ["p-1"]}, "The subject must be text"),
    ],
)
def test_a_row_that_cannot_be_kept_is_named(row, message):
    with pytest.raises(InvalidFeedbackError, match=f"row 2: .*{message}"):
        read([{"kind": "rating", "value": 4}, row])


@pytest.mark.parametrize("rows", [[], iter(()), "[]"])
def test_no_rows_are_refused(rows):
    with pytest.raises(InvalidFeedbackError, match="there are no rows"):
        read(rows)


@pytest.mark.parametrize("rows", [{"kind": "rating"}, "None", 5, None, [5]])
def test_what_holds_no_rows_is_refused(rows):
    with pytest.raises(InvalidInputError, match="rows of feedback|row 1"):
        read(rows)


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "comment", "value": "x" * 10_001},
        {"kind": "correction", "value": ["x" * 10_001]},
        {"kind": "rating", "value": 1, "source": "x" * 256},
    ],
)
def test_what_is_too_long_is_refused(row):
    with pytest.raises(TooLargeError):
        SaidFeedback.read(row)


def test_what_a_row_does_not_say_is_said_for_all():
    rows = [{"value": 1}, {"value": "late", "kind": "flag", "source": ""}]
    (batch,) = batches_of(rows, {"kind": "rating", "source": "app"})
    assert [(one.kind, one.source) for one in batch] == [("rating", "app"), ("flag", "app")]


@pytest.mark.parametrize(
    ("spelt", "meant"),
    [
        ("cat", "cat"),
        ("5", 5),
        ('"5"', "5"),
        ('{"churns": false}', {"churns": False}),
        ("NaN", "NaN"),
        ([1, 2], [1, 2]),
    ],
)
def test_a_correction_that_is_json_means_what_it_spells(spelt, meant):
    said = SaidFeedback.read({"kind": "correction", "value": spelt})
    assert meant == json.loads(said.text or "")


@settings(max_examples=50)
@given(
    st.recursive(
        st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers() | TEXTS.map("text: {}".format),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, st.none() | inner, max_size=3),
    )
)
def test_any_json_is_a_correction(value):
    said = SaidFeedback.read({"kind": "correction", "value": value})
    assert value == json.loads(said.text or "")
