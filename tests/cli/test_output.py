from __future__ import annotations

import json
from argparse import Namespace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.cli.output import cell, clean, counted, show, when

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)

# What people may have written into a reason, a tag or a description.
NASTY = ["[red]x", "[/]", ":smile:", "\x1b[2J", "a\nb", "12e45", "007", "\u202edetrever", "日本", ""]


def printed(capsys, output, value):
    show(Namespace(output=output), [{"name": value, "other": "z"}], dict)
    return capsys.readouterr().out


@pytest.mark.parametrize("value", NASTY)
def test_text_is_shown_as_it_is_and_steers_nothing(capsys, value):
    for output in ("table", "plain"):
        out = printed(capsys, output, value)
        assert "\x1b" not in out
        assert "\u202e" not in out
        for line in clean(value).splitlines():
            assert line in out
    assert [{"name": value, "other": "z"}] == json.loads(printed(capsys, "json", value))
    assert [{"name": value, "other": "z"}] == yaml.safe_load(printed(capsys, "yaml", value))


@given(st.text())
def test_what_is_cleaned_holds_no_escape(text):
    assert not {"\x1b", "\r", "\x07", "\x9b"} & set(clean(text))


def test_plain_has_aligned_columns_one_line_each(capsys):
    rows = [{"name": "a", "what": "x\ny"}, {"name": "日本", "what": "z"}]
    show(Namespace(output="plain"), rows, dict)
    assert "name  what\na     x y\n日本  z\n" == capsys.readouterr().out


def test_times_are_for_people_in_utc_and_for_programs_in_iso(capsys):
    oslo = NOON.astimezone(timezone(timedelta(hours=1)))
    assert "2026-03-03 12:00:00 UTC" == cell(NOON) == when(oslo)
    assert "2026-03-03 12:00:00 UTC" in printed(capsys, "table", NOON)
    assert "2026-03-03T12:00:00+00:00" == json.loads(printed(capsys, "json", NOON))[0]["name"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "True"),
        (3, "3"),
        ({"auc": 0.9, "f1": None}, "auc=0.9, f1="),
        (("a", "b"), "a, b"),
        (frozenset({"b", "a"}), "a, b"),
    ],
)
def test_values_as_people_read_them(value, text):
    assert text == cell(value)


def test_numbers_of_things_in_words():
    assert ["0 rows", "1 row", "12,000 rows"] == [counted(number, "row") for number in (0, 1, 12_000)]
