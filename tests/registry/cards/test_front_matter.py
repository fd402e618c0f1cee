"""The metadata at the top of a card: read as YAML 1.2, safely, and written so that everybody reads the same."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry.cards.front_matter import joined, split

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
# What some reader of YAML takes for something else than text.
TRAPS = [
    "no",
    "on",
    "1e3",
    "0o7",
    "010",
    "1:30",
    "2026-01-01",
    ".nan",
    "~",
    "<<",
    "=",
    "---",
    "1_000",
    "0x1F",
    "+.5",
    "\x85",
    "a\u2028b",
]


@given(st.dictionaries(TEXT | st.sampled_from(TRAPS), VALUES | st.sampled_from(TRAPS), max_size=5), TEXT)
def test_what_is_written_is_read_back(metadata: dict[str, Any], body: str) -> None:
    assert split(joined(metadata, body)) == (metadata, body)


@given(st.dictionaries(st.sampled_from(TRAPS), st.sampled_from(TRAPS), max_size=5))
def test_readers_of_version_1_1_read_the_same(metadata: dict[str, str]) -> None:
    text = joined(metadata, "")
    assert (yaml.safe_load(text.split("---\n")[1]) if metadata else {}) == metadata


def test_it_is_read_as_the_hub_reads_it() -> None:
    metadata, body = split("---\nlanguage: no\ndate: 2026-01-01\nsize: 010\nmade: {up: 1.5, off: on}\n---\n# Churn\n")
    assert metadata == {"language": "no", "date": "2026-01-01", "size": 10, "made": {"up": 1.5, "off": "on"}}
    assert body == "# Churn\n"


@pytest.mark.parametrize("text", ["", "# Churn", "text\n---\na: b\n---\n", "---\nno end", "----\na: b\n----\n"])
def test_without_metadata_all_of_it_is_text(text: str) -> None:
    assert split(text) == ({}, text)


@pytest.mark.parametrize("text", ["---\r\na: b\r\n---\r\nx", "\ufeff---\na: b\n---\nx", "--- \na: b\n---\t\nx"])
def test_it_is_found_whatever_wrote_the_lines(text: str) -> None:
    assert split(text) == ({"a": "b"}, "x")


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ("- a", "it is no mapping"),
        ("just text", "it is no mapping"),
        ("a: [", "line 3: expected the node content"),
        ("a: 1\nb: 2\na: 3", "line 4: 'a' stands twice"),
        ("a: &x 1\nb: *x", "line 2: anchors are not read here"),
        ("a: !!python/object/apply:os.system [ls]", "line 2: the tag .* is not known here"),
        ("a: !!set {b}", "line 2: the tag"),
        ("? [a]\n: b", "line 2: a key must be text"),
        (f"a: {'9' * 301}", "line 2: this is no number of up to 300 digits"),
        ("a: 1e999", "line 2: this is no finite number"),
        pytest.param(f"a: {'[' * 5_000}", "nested too deep", id="deep"),
        ("a: \x07", "cannot be read"),
    ],
)
def test_what_is_no_metadata_is_refused_with_its_line(yaml: str, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        split(f"---\n{yaml}\n---\ntext")
