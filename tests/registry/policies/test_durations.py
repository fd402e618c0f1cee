"""Durations as policies write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.registry.policies.durations import read_duration, spell_duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", timedelta(minutes=30)),
        ("24h", timedelta(days=1)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(weeks=2)),
        ("90s", timedelta(seconds=90)),
        ("1d12h", timedelta(hours=36)),
        ("P1D", timedelta(days=1)),
        ("P2W", timedelta(weeks=2)),
        ("PT36H", timedelta(hours=36)),
        ("P1DT12H30M5S", timedelta(hours=36, minutes=30, seconds=5)),
        (timedelta(hours=1), timedelta(hours=1)),
    ],
)
def test_a_duration_is_read(text: object, expected: timedelta) -> None:
    assert expected == read_duration(text)


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1Y", "P1M", "1y", "24", "h", "-1h", "1.5h", "1h1d", "7D", "٣d", 24, None, True, [], "P1DT"],
)
def test_what_spells_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="must be a duration such as"):
        read_duration(text)


@pytest.mark.parametrize("text", ["0s", "PT0S", "3651d", "999999w", timedelta(), timedelta(seconds=0.5), -timedelta(1)])
def test_nothing_and_more_than_ten_years_are_refused(text: object) -> None:
    with pytest.raises(ValueError, match="more than none and at most 3650 days"):
        read_duration(text)


@given(st.integers(1, 3_650 * 86_400).map(lambda seconds: timedelta(seconds=seconds)))
def test_what_is_spelt_is_read_back(duration: timedelta) -> None:
    assert duration == read_duration(spell_duration(duration))
