"""What is made of measured times."""

from __future__ import annotations

import pytest

from benchmarks.measure import FLOOR, MLFLOW, OURS, Bar, Finding, Seconds, Spread, compare, ratios
from benchmarks.report import sentence

HERE, THERE = Spread.of([2.0]), Spread.of([9.0])


def test_a_spread_is_the_median_and_the_quartiles():
    assert Spread(3.0, 2.0, 4.0, 5) == Spread.of([5.0, 1.0, 3.0, 2.0, 4.0])


def test_ratios_are_taken_pair_by_pair():
    assert 2.0 == ratios([2.0, 20.0, 200.0], [1.0, 10.0, 100.0]).median


def test_calls_that_run_elsewhere_give_their_own_seconds():
    calls = {OURS: lambda: Seconds(2.0), FLOOR: lambda: Seconds(1.0), MLFLOW: lambda: Seconds(8.0)}
    found = compare("a", "b", calls, rounds=3, warm=0)
    assert (Spread.of([2.0] * 3), Spread.of([4.0] * 3)) == (found.over_floor, found.under_mlflow)
    assert 2.0 == found.ours.median


def test_ours_has_a_turn_with_the_floor_and_another_with_mlflow():
    asked = []
    calls = {name: lambda name=name: asked.append(name) for name in (OURS, FLOOR, MLFLOW)}
    compare("a", "b", calls, rounds=1, warm=0)
    assert [OURS, FLOOR, OURS, MLFLOW] == asked


def test_whose_turn_is_first_changes():
    asked = []
    compare("a", "b", {OURS: lambda: asked.append(OURS), FLOOR: lambda: asked.append(FLOOR)}, rounds=2, warm=0)
    assert [OURS, FLOOR, FLOOR, OURS] == asked


@pytest.mark.parametrize(
    ("bar", "reached"),
    [
        (Bar(), None),
        (Bar(over_floor=2.0), True),
        (Bar(over_floor=1.9), False),
        (Bar(under_mlflow=9.0), True),
        (Bar(under_mlflow=9.1), False),
        (Bar(at_most=2.0), True),
        (Bar(at_most=1.0), False),
        (Bar(at_least=3.0), False),
        (Bar(over_floor=2.0, under_mlflow=10.0), False),
    ],
)
def test_a_bar_is_reached_where_each_part_of_it_is(bar, reached):
    found = Finding("work", "here", HERE, over_floor=HERE, under_mlflow=THERE, bar=bar)
    assert reached is found.reached


def test_what_could_not_be_measured_reaches_nothing():
    found = Finding("work", "here", HERE, bar=Bar(under_mlflow=5.0))
    assert found.reached is None
    assert "not measured" in sentence(found)
