"""How far two profiles lie apart."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_registry.errors import InvalidProfileError
from airflow_provider_registry.registry import drift_between, profile_of
from airflow_provider_registry.registry.profiles.drift import jensen_shannon_distance, population_stability_index

NUMBERS = st.lists(st.floats(allow_nan=False) | st.none(), min_size=1, max_size=30)
NAMES = st.lists(st.sampled_from("abcde") | st.none(), min_size=1, max_size=30)
SHARES = (
    st.lists(st.floats(0, 1), min_size=5, max_size=5)
    .filter(lambda of: sum(of) > 0.01)
    .map(lambda of: [one / math.fsum(of) for one in of])
)


def numeric(**more):
    return {"columns": {"x": {"type": "numeric", "count": 100, **more}}}


class TestFormulas:
    """Against numbers worked out by hand."""

    def test_psi(self):
        # (0.5 - 0.25) ln 2 + (0.5 - 0.75) ln (2/3), of shares that the smoothing leaves nearly as they are
        assert population_stability_index([0.5, 0.5], [0.25, 0.75]) == pytest.approx(0.2747, abs=5e-4)

    def test_psi_of_nothing_in_common_is_finite(self):
        assert population_stability_index([1, 0], [0, 1]) == pytest.approx(
            2 * math.log(1.0001 / 0.0001) / 1.0002, rel=1e-9
        )

    def test_jensen_shannon(self):
        # Half of 1 * log2(4/3) and of 0.5 * log2(2/3) + 0.5 * log2(2), and the root of that
        expected = math.sqrt((math.log2(4 / 3) + 0.5 * math.log2(2 / 3) + 0.5) / 2)
        assert jensen_shannon_distance([1, 0], [0.5, 0.5]) == pytest.approx(expected)
        assert jensen_shannon_distance([1, 0], [0, 1]) == 1

    @settings(max_examples=200)
    @given(SHARES, SHARES)
    def test_both_are_nothing_for_equal_ones_symmetric_and_never_negative(self, first, second):
        for distance, most in ((population_stability_index, 18.5), (jensen_shannon_distance, 1)):
            assert distance(first, first) == 0
            there, back = distance(first, second), distance(second, first)
            assert there == pytest.approx(back, abs=1e-7)
            assert 0 <= there <= most


class TestProfiles:
    @settings(max_examples=150)
    @given(st.one_of(st.tuples(NUMBERS, NUMBERS), st.tuples(NAMES, NAMES)))
    def test_any_two_of_like_bins_lie_a_finite_way_apart_that_is_the_same_back(self, both):
        first = profile_of({"x": both[0]})
        if first["columns"]["x"]["type"] == "categorical" and not all(isinstance(v, str | None) for v in both[1]):
            return
        second = profile_of({"x": both[1]}, like=first)
        there, back = drift_between(first, second)["x"], drift_between(second, first)["x"]
        assert (there.psi, there.jensen_shannon) == pytest.approx((back.psi, back.jensen_shannon), abs=1e-7)
        assert 0 <= there.psi <= 18.5
        assert 0 <= there.jensen_shannon <= 1
        itself = drift_between(first, first)["x"]
        assert (itself.psi, itself.jensen_shannon) == (0, 0)

    @settings(max_examples=100)
    @given(NUMBERS, NUMBERS, st.integers(1, 9), st.integers(1, 9))
    def test_profiles_of_other_edges_lie_a_finite_way_apart_too(self, one, other, bins, other_bins):
        first, second = profile_of({"x": one}, bins=bins), profile_of({"x": other}, bins=other_bins)
        if first["columns"]["x"]["type"] != second["columns"]["x"]["type"]:
            return  # all values of one are missing
        drift = drift_between(first, second)["x"]
        assert 0 <= drift.psi <= 18.5
        assert 0 <= drift.jensen_shannon <= 1

    def test_values_that_move_on_drift_and_those_that_stay_do_not(self):
        days: dict[str, list[Any]] = {"age": [number % 60 for number in range(6_000)], "country": ["NO", "SE"] * 3_000}
        before = profile_of(days)
        drift = drift_between(before, profile_of({**days, "age": [age + 30 for age in days["age"]]}, like=before))
        assert drift["age"].psi > 1
        assert drift["country"].psi == 0

    def test_values_that_go_missing_drift(self):
        before = profile_of({"x": [1, 2, 3, 4] * 10})
        after = profile_of({"x": [1, 2, 3, 4] * 5 + [None] * 20}, like=before)
        assert drift_between(before, after)["x"].psi > 1

    def test_a_new_category_drifts(self):
        before = profile_of({"x": ["a", "b"] * 10})
        assert drift_between(before, profile_of({"x": ["a", "c"] * 10}))["x"].psi > 1

    def test_quantiles_and_a_histogram_of_the_same_values_are_close(self):
        quantiles = numeric(quantiles={"probabilities": [0, 0.25, 0.5, 0.75, 1], "values": [0, 25, 50, 75, 100]})
        histogram = numeric(histogram={"edges": [0, 50, 100], "counts": [50, 50]})
        for first, second in ((quantiles, histogram), (histogram, quantiles)):
            assert drift_between(first, second)["x"].psi == pytest.approx(0, abs=1e-9)

    def test_values_of_which_many_are_the_same_are_compared_where_they_lie(self):
        many = numeric(quantiles={"probabilities": [0, 0.5, 1], "values": [0, 0, 10]})
        spread = numeric(quantiles={"probabilities": [0, 0.5, 1], "values": [0, 5, 10]})
        assert drift_between(many, many)["x"].psi == 0
        assert drift_between(many, spread)["x"].psi > 0.5

    def test_columns_are_chosen_and_those_of_the_second_alone_are_left_out(self):
        first, second = profile_of({"a": [1], "b": [2]}), profile_of({"a": [1], "c": [3]})
        assert set(drift_between(first, second, columns=["a"])) == {"a"}
        with pytest.raises(InvalidProfileError, match="The column 'b' is not in both profiles"):
            drift_between(first, second)

    @pytest.mark.parametrize(
        ("first", "second", "message"),
        [
            ({"x": [1]}, {"x": ["a"]}, "is numeric in one profile and categorical in the other"),
            ({"x": [1]}, None, "no profile"),
        ],
    )
    def test_what_cannot_be_compared_is_named(self, first, second, message):
        with pytest.raises(InvalidProfileError, match=message):
            drift_between(profile_of(first), {} if second is None else profile_of(second))

    def test_a_column_without_rows_is_named(self):
        with pytest.raises(InvalidProfileError, match="The column 'x' has no rows"):
            drift_between(profile_of({"x": []}), profile_of({"x": []}))
