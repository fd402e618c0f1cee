"""The sections of a card: found by their headings, and there when somebody wrote something under them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.registry.cards.sections import HEADINGS, KEY, keys_of, sections_of


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Intended use", ["intended_use"]),
        ("2.1 Intended Uses:", ["intended_use"]),
        ("Out-of-Scope Use", ["out_of_scope_use"]),
        ("Trade-offs", ["tradeoffs"]),
        ("Downstream Use [optional]", ["downstream_use"]),
        ("Intended uses & limitations", ["intended_uses_limitations", "intended_use", "limitations"]),
        ("Bias, Risks, and Limitations", ["bias_risks_and_limitations", "bias", "risks", "limitations"]),
        ("Caveats and Recommendations", ["caveats_and_recommendations", "caveats", "recommendations"]),
        ("How it is monitored", ["how_it_is_monitored"]),
        ("Begrensninger på norsk", ["begrensninger_på_norsk"]),
        ("!!", []),
    ],
)
def test_a_heading_has_the_keys_that_people_would_ask_for(heading: str, expected: list[str]) -> None:
    assert list(keys_of(heading)) == expected


@given(st.text(max_size=200))
def test_every_key_is_one_that_a_gate_can_ask_for(heading: str) -> None:
    assert all(KEY.fullmatch(key) for key in keys_of(heading) if key.isascii())


@pytest.mark.parametrize("key", HEADINGS)
def test_every_key_and_every_other_word_for_it_leads_to_the_key(key: str) -> None:
    for words in (key, key.replace("_", " ").title(), *HEADINGS[key]):
        assert keys_of(words) == (key,)


@pytest.mark.parametrize(
    "body",
    [
        "## Limitations",
        "## Limitations\n\n[More Information Needed]",
        "## Limitations\n\n- **More information needed** for recommendations.\n",
        "## Limitations\n\n<!-- what does it not do? -->\n\n***\n\n- \n\n> \n",
        "## Limitations\n\n### Ethical considerations\n\nAge is an input.",
        "## Limitations\n\n[link]: https://example.com\n",
        "```\n## Limitations\ntext\n```",
        "<!--\n## Limitations\ntext\n-->",
        "- ## Limitations\n  text",
        "Limitations: many",
        "",
    ],
)
def test_what_says_nothing_is_not_there(body: str) -> None:
    assert "limitations" not in sections_of(body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("## Limitations\n\nNone for readers in *Norway*.", ["None for readers in Norway."]),
        ("Limitations\n---\na\n\nb", ["a", "b"]),
        ("## Limitations\n- a\n- [More Information Needed]\n- b", ["a", "b"]),
        ("## Limitations\n### In winter\ncold", ["cold"]),
        ("## Limitations\na\n# Other\nb\n## Limits\nc", ["a", "c"]),
        ("## Limitations\n\n| a |\n|---|\n| 1 |", ["a", "1"]),
        ("## Limitations\n\n    code\n", ["code"]),
        ("## Limitations\n\n<b>bold</b>", ["<b>bold</b>"]),
    ],
)
def test_what_people_wrote_is_given_piece_by_piece(body: str, said: list[str]) -> None:
    assert sections_of(body)["limitations"] == said
