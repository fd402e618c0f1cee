from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.errors import InvalidCursorError
from airflow_provider_registry.names import PARAM_LENGTH
from airflow_provider_registry.registry.search.parse import MAX_TERMS
from airflow_provider_registry.registry.search.tokens import read_token, search_digest, write_token
from airflow_provider_registry.registry.search.values import Kind

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TIMES = st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # Hypothesis takes bounds without a zone
KINDS = [Kind.TEXT, Kind.NUMBER, Kind.TIME, Kind.WHOLE]
GOOD = ["x", 0.5, datetime(2026, 1, 1, tzinfo=UTC), 7]


@given(st.none() | TEXTS, st.none() | NUMBERS, st.none() | TIMES, st.integers(1, 2**62))
def test_a_token_gives_back_what_was_put_in(text, number, time, id):
    values = [text, number, time, id]
    assert values == read_token(write_token("digest", values), "digest", KINDS)


def test_a_time_of_another_zone_is_the_same_moment():
    there = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    assert [datetime(2026, 1, 1, tzinfo=UTC), 1] == read_token(
        write_token("d", [there, 1]), "d", [Kind.TIME, Kind.WHOLE]
    )


def test_a_token_is_bound_to_subject_filter_and_ordering():
    digests = {
        search_digest(*search)
        for search in [("a", "", ""), ("b", "", ""), ("a", "x", ""), ("a", "", "x"), ("a", "x", "x"), ("a", "xx", "")]
    }
    assert 6 == len(digests)
    with pytest.raises(InvalidCursorError, match="another search's"):
        read_token(write_token("one", GOOD), "two", KINDS)


@pytest.mark.parametrize("character", ["\U0001f600", "\x01"])
def test_a_token_may_hold_the_longest_values_there_are(character):
    values = [*[character * PARAM_LENGTH] * MAX_TERMS, 7]
    kinds = [*[Kind.TEXT] * MAX_TERMS, Kind.WHOLE]
    assert values == read_token(write_token("digest", values), "digest", kinds)


def made(content) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


FORGED = [
    "",
    "x",
    "é",
    0,
    b"x",
    "A" * 600_000,
    made([]),
    made({}),
    made("digest"),
    made(["digest"]),
    made(["digest", "x", 0.5]),
    made(["digest", "x", 0.5, "2026-01-01T00:00:00+00:00", None]),
    made(["digest", "x", 0.5, "2026-01-01T00:00:00", 7]),
    made(["digest", "x", float("nan"), None, 7]),
    made(["digest", "x", 10**400, None, 7]),
    made(["digest", "x", "0.5", None, 7]),
    made(["digest", 1, 0.5, None, 7]),
    made(["digest", "\x00", 0.5, None, 7]),
    made(["digest", "\ud800", 0.5, None, 7]),
    made(["digest", "x", 0.5, None, 2**63]),
    made(["digest", "x", 0.5, None, True]),
    made(["digest", "x", 0.5, "soon", 7]),
    made(["digest", "x", 0.5, "0001-01-01T00:00:00+14:00", 7]),
    made(["digest", "x", 0.5, "9999-12-31T23:59:59-12:00", 7]),
    made(["digest", [], {}, [], 7]),
    base64.urlsafe_b64encode(b"[" * 100_000).decode(),
]


@pytest.mark.parametrize("token", FORGED)
def test_what_is_no_token_is_refused(token):
    with pytest.raises(InvalidCursorError):
        read_token(token, "digest", KINDS)
