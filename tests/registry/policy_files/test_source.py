"""YAML as values that know their places."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.errors import InvalidPolicyFileError
from airflow_provider_registry.registry.policy_files.problems import FileProblems
from airflow_provider_registry.registry.policy_files.source import read_source
from tests.registry.strategies import FINITE

NINE = ", ".join("*{0}" for _ in range(9))
BOMB = "a: &a [1, 2, 3]\n" + "".join(
    f"{b}: &{b} [{NINE.format(a)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)
)


# YAML takes no longer keys than 1,024 bytes without a question mark before them.
_TEXT = st.text(max_size=60)
VALUES = st.dictionaries(
    _TEXT,
    st.recursive(
        st.none() | st.booleans() | st.integers() | FINITE | _TEXT,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
        max_leaves=8,
    ),
)


def read(text):
    problems = FileProblems()
    source = read_source("p.yaml", text, problems)
    problems.raise_any()
    return source


def refused(text):
    """What is said of the file, without the head line."""
    with pytest.raises(InvalidPolicyFileError) as caught:
        read(text)
    return str(caught.value).splitlines()[1:]


def place(text, *steps):
    return str(read(text).place(steps)).removeprefix("p.yaml:")


@given(VALUES)
def test_json_is_read_as_json_reads_it(value):
    assert value == read(json.dumps(value)).value


@given(VALUES)
def test_what_yaml_writes_is_read_back(value):
    assert value == read(yaml.safe_dump(value)).value


def test_anchors_and_merge_keys_are_followed_and_may_be_said_again():
    text = "x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\nz: *x"
    assert {"x": {"a": 1, "b": 2}, "y": {"a": 1, "b": 3}, "z": {"a": 1, "b": 2}} == read(text).value


def test_a_date_stays_the_text_that_it_is():
    assert {"a": "2026-03-03"} == read("a: 2026-03-03").value


def test_bytes_may_begin_with_a_byte_order_mark():
    assert {"a": "é"} == read(b"\xef\xbb\xbfa: \xc3\xa9").value


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((), "1:1"),
        (("a",), "1:1"),
        (("a", "b"), "2:6"),
        (("a", "c"), "3:3"),
        (("a", "c", 1), "5:7"),
        (("a", "c", 1, "e"), "5:11"),
        (("a", "c", 2), "3:3"),
        (("a", "nothing"), "1:1"),
        (("f",), "6:4"),
    ],
)
def test_a_value_knows_its_place_and_a_missing_one_that_of_what_should_hold_it(steps, expected):
    assert expected == place("a:\n  b: 1\n  c:\n    - 2\n    - {e: 3}\nf: [1]\n", *steps)


def test_a_merged_value_stands_where_its_anchor_is():
    text = "x: &x\n  a: 1\ny:\n  <<: *x\n  b: 2\n"
    assert "2:6" == place(text, "y", "a")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [b", "p.yaml:1:6: is not YAML: expected ',' or ']', but got '<stream end>'"),
        ("a:\n\tb: 1", "p.yaml:2:1: is not YAML: found character"),
        ("a: 1\n---\nb: 1", "p.yaml:2:1: a second document begins"),
        ("a: 1\r\nb: \x07", "p.yaml:2:4: the character '\\x07' may not stand in YAML"),
        (b"a: 1\nb: \xff", "p.yaml:2:4: is not UTF-8"),
        ("a: *b", "p.yaml:1:4: is not YAML: found undefined alias 'b'"),
        ("a: &a [*a]", "p.yaml:1:4: the anchor holds itself"),
        ("<<: 1", "p.yaml:1:5: is not YAML: expected a mapping or list of mappings for merging"),
        ("[" * 2000, "p.yaml:1:1: is nested too deep"),
        ("a: " + "[" * 101 + "]" * 101, "is nested more than 100 deep"),
        (BOMB, "it spells more than 200,000 values"),
        ("? [a]\n: 1", "p.yaml:1:3: a key must be text"),
        ("a:\n  b: 1\n  c: 2\n  b: 3", "p.yaml:4:3: a.b: stands twice, first in line 2: write it once"),
        ("on: 1", "p.yaml:1:1: on: YAML reads the key on as no text: write it in quotes"),
        ("a: !!python/object/apply:os.system [x]", "p.yaml:1:4: a: the tag 'tag:yaml.org,2002:python/object/apply:"),
        ("a: !!set {b}", "p.yaml:1:4: a: the tag 'tag:yaml.org,2002:set' is not known here"),
        ("a: !!binary eA==", "p.yaml:1:4: a: the tag 'tag:yaml.org,2002:binary' is not known here"),
        ("a: !mine b", "p.yaml:1:4: a: the tag '!mine' is not known here"),
        ("a: !!int x", "p.yaml:1:4: a: cannot be read: invalid literal for int()"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_place(text, said):
    (line,) = refused(text)
    assert said in line
