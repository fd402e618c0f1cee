from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.markdown import plain, table


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("fine", "fine"),
        ("**bold**", r"\*\*bold\*\*"),
        ("[here](http://a.b)", r"\[here\]\(http\:\/\/a\.b\)".replace(r"\/", "/")),
        ("a | b", r"a \| b"),
        ("# title\n\n- item", r"\# title \- item"),
        ("<img src=x>", r"\<img src\=x\>"),
        ("see www.a.b", r"see www\.a\.b"),
        ("mail a@b.c", r"mail a\@b\.c"),
        ("`code`", r"\`code\`"),
        ("nul\x00 and \u202eright to left", "nul and right to left"),
    ],
)
def test_markup_is_shown_and_not_obeyed(text: str, shown: str) -> None:
    assert shown == plain(text)


def test_a_long_text_is_cut() -> None:
    assert "a" * 500 + "…" == plain("a" * 501)


@given(st.text())
def test_a_text_is_one_line_and_cannot_end_its_cell(text: str) -> None:
    shown = plain(text)
    assert len(shown.splitlines()) <= 1
    assert "|" not in shown.replace(r"\\", "").replace(r"\|", "")


def test_a_table_of_nothing_is_nothing() -> None:
    assert "" == table(["a"], [])


def test_a_table_has_a_line_for_each_row() -> None:
    assert "| a | b |\n| --- | --- |\n| 1 | 2 |" == table(["a", "b"], [["1", "2"]])
