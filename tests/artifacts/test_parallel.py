"""Many jobs in a few threads."""

from __future__ import annotations

import threading

import pytest

from airflow_provider_registry.artifacts.parallel import in_parallel


def test_results_come_in_the_order_of_the_items():
    """Whichever is done first."""
    assert [number * 2 for number in range(100)] == in_parallel(lambda number: number * 2, range(100))


def test_nothing_to_do_is_done():
    """No items, no results."""
    assert [] == in_parallel(str, [])


def test_the_first_error_ends_it_and_later_items_are_never_begun():
    """A folder of a thousand files is not uploaded for the sake of one that is refused."""
    begun = []
    go, never = threading.Event(), threading.Event()

    def work(number: int) -> None:
        begun.append(number)
        if number == 1:
            go.set()
            raise ValueError(number)
        go.wait(10)
        never.wait(0.001)  # each item takes a moment, so that one thread cannot do all before the error is seen

    with pytest.raises(ValueError, match="1"):
        in_parallel(work, range(1000), workers=2)
    assert len(begun) < 1000
