"""Canonical JSON: one form of bytes for one value (RFC 8785)."""

from __future__ import annotations

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.canonical import canonical_json, sha256_of

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text('aé€😀"\\\n/')
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text("abé€"), inner), max_leaves=12)


@given(VALUES)
def test_the_bytes_are_json_of_the_same_value(value):
    # Every number of JSON is a double there; Python would read 3e16 as an integer of other digits.
    assert value == json.loads(canonical_json(value), parse_int=float)


@given(VALUES | st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12))
def test_the_bytes_are_those_of_the_reference_implementation(value):
    """What is written the fast way is what the slow way would write."""
    assert rfc8785.dumps(value) == canonical_json(value)


@pytest.mark.parametrize(
    "number", [0.1, 1e-4, 9.999e-5, 1e-7, 123.456, 1e15 + 0.5, 1e16, 1.5e16, 5e-324, -0.0, 2.0, 1e21]
)
@pytest.mark.parametrize("sign", [1, -1])
def test_numbers_are_written_as_ecmascript_writes_them(number, sign):
    assert rfc8785.dumps(sign * number) == canonical_json(sign * number)


@given(st.dictionaries(st.text(), st.integers(0, 9)))
def test_the_order_in_which_a_mapping_was_made_says_nothing(mapping):
    assert canonical_json(mapping) == canonical_json(dict(reversed(mapping.items())))


def test_the_example_of_the_rfc_for_the_order_of_keys():
    """RFC 8785, section 3.2.3: keys are sorted by their UTF-16 code units."""
    keys = ["€", "\r", "\ufb33", "1", "😀", "\u0080", "ö"]
    ordered = list(json.loads(canonical_json(dict.fromkeys(keys, 0))))
    assert ["\r", "1", "\u0080", "ö", "€", "😀", "\ufb33"] == ordered


def test_integers_that_a_double_cannot_hold_are_text():
    assert b'[9007199254740991,"9007199254740992","-9007199254740992"]' == canonical_json([2**53 - 1, 2**53, -(2**53)])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1, 2}])
def test_what_is_no_json_is_refused(value):
    with pytest.raises((ValueError, TypeError)):
        canonical_json(value)


def test_the_digest_is_the_sha256_of_the_bytes():
    assert "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" == sha256_of({})
