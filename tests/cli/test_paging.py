from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.cli import paging
from airflow_provider_registry.errors import InvalidInputError


@dataclass
class Page:
    """A page of numbers."""

    numbers: list[int]
    next_page_token: str | None

    def __iter__(self):
        return iter(self.numbers)


def pages(total):
    """A search that finds the numbers below a total."""

    def page(size, token):
        assert 1 <= size <= paging._PAGE
        start = int(token or 0)
        end = min(start + size, total)
        return Page(list(range(start, end)), str(end) if end < total else None)

    return page


@given(st.integers(0, 3 * paging._PAGE), st.integers(1, 3 * paging._PAGE))
def test_as_many_are_gathered_as_there_are_up_to_the_limit(total, limit):
    assert list(range(min(total, limit))) == paging.gathered(limit, pages(total))


def test_a_page_that_is_short_is_not_the_last_one():
    short = iter([Page([], "1"), Page([1], "2"), Page([2], None)])
    assert [1, 2] == paging.gathered(10, lambda size, token: next(short))


def test_a_limit_below_one_is_refused():
    with pytest.raises(InvalidInputError, match="--limit is 0"):
        paging.gathered(0, pages(1))
