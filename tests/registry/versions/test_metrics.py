"""What a registration may say of metrics."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.errors import InvalidMetricError, InvalidNameError, TooLargeError
from airflow_provider_registry.registry.versions.metrics import Metric, Phase, metrics_digest, read_metrics
from tests.registry.strategies import METRIC_ROWS, NUMBERS


class TestReadMetrics:
    @given(NUMBERS)
    def test_a_number_and_the_text_that_spells_it_mean_the_same(self, value: float) -> None:
        expected = (Metric("auc", value),)
        assert expected == read_metrics({"auc": value})
        assert expected == read_metrics({"auc": str(value)})
        assert expected == read_metrics(str({"auc": value}))
        assert expected == read_metrics(json.dumps([{"name": "auc", "value": value}]))

    @given(METRIC_ROWS)
    def test_metrics_are_read_as_themselves_in_one_order(self, rows: list[Metric]) -> None:
        assert tuple(sorted(rows, key=lambda metric: metric.key)) == read_metrics(rows)

    def test_none_is_no_metrics(self) -> None:
        assert read_metrics(None) == ()

    def test_plain_metrics_are_of_the_phase_validation(self) -> None:
        assert read_metrics({"auc": 1}) == (Metric("auc", 1.0, Phase.VALIDATION, "", ""),)

    def test_a_list_says_where_each_was_measured(self) -> None:
        given = {"name": "auc", "value": "0.7", "phase": "training", "dataset": "holdout", "slice": "b=2,a=1"}
        assert read_metrics([given]) == (Metric("auc", 0.7, Phase.TRAINING, "holdout", "a=1,b=2"),)

    @pytest.mark.parametrize("value", [np.float64(0.5), np.float32(0.5), np.array(0.5), Decimal("0.5"), Fraction(1, 2)])
    def test_whatever_turns_into_a_float_is_a_number(self, value: object) -> None:
        assert read_metrics({"auc": value}) == (Metric("auc", 0.5),)

    def test_minus_zero_is_zero(self) -> None:
        assert math.copysign(1, read_metrics({"auc": -0.0})[0].value) == 1

    @pytest.mark.parametrize(
        "value",
        [None, "None", "", "x", "0x1", "1_000", "nan", "NaN", "inf", "-Infinity", "1e999", True, False, np.True_]
        + [float("nan"), float("inf"), float("-inf"), 10**400, Decimal("nan"), b"1", 1j, [1], {}, np.array([1.0, 2.0])],
    )
    def test_what_is_not_a_finite_number_is_refused_by_the_name_of_the_metric(self, value: object) -> None:
        with pytest.raises(InvalidMetricError, match="The metric 'auc' is .* not a (finite )?number"):
            read_metrics({"f1": 0.5, "auc": value})

    @pytest.mark.parametrize("given", ["None", "", 5, "5", b"x", "auc", [5], [{"name": "auc"}], ["auc"]])
    def test_what_is_no_metrics_at_all_is_refused(self, given: object) -> None:
        with pytest.raises(InvalidMetricError):
            read_metrics(given)

    @pytest.mark.parametrize(
        "more", [{"phase": "testing"}, {"dataset": 5}, {"dataset": "None"}, {"slice": "x"}, {"extra": 1}]
    )
    def test_what_is_wrong_beside_the_value_is_refused(self, more: dict[str, object]) -> None:
        with pytest.raises(InvalidMetricError):
            read_metrics([{"name": "auc", "value": 1, **more}])

    @pytest.mark.parametrize("name", ["", " auc", "a\nb", "None", 5])
    def test_a_bad_name_is_refused(self, name: object) -> None:
        with pytest.raises((InvalidNameError, InvalidMetricError)):
            read_metrics({name: 1})

    def test_the_same_metric_twice_is_refused_also_where_its_slice_is_written_otherwise(self) -> None:
        rows = [{"name": "auc", "value": 1, "slice": text} for text in ("a=1,b=2", "b=2, a=1")]
        with pytest.raises(InvalidMetricError, match="'auc' on slice a=1,b=2 of the phase validation stands twice"):
            read_metrics(rows)

    def test_more_metrics_than_a_version_may_have_are_refused(self) -> None:
        assert len(read_metrics({f"m{number}": 1 for number in range(10_000)})) == 10_000
        with pytest.raises(TooLargeError, match="more than 10,000 metrics"):
            read_metrics({f"m{number}": 1 for number in range(10_001)})

    def test_a_key_too_long_for_an_index_is_refused(self) -> None:
        with pytest.raises(TooLargeError, match="bytes of name, dataset and slice"):
            read_metrics([{"name": "😀" * 255, "value": 1, "dataset": "😀" * 255}])


class TestMetricsDigest:
    @given(METRIC_ROWS, st.randoms())
    def test_the_order_of_rows_does_not_matter(self, rows: list[Metric], random: object) -> None:
        shuffled = sorted(rows, key=lambda _: random.random())  # type: ignore[attr-defined]  # Hypothesis's Random
        assert metrics_digest(rows) == metrics_digest(shuffled)

    @given(METRIC_ROWS, METRIC_ROWS)
    def test_equal_digests_mean_equal_rows(self, one: list[Metric], other: list[Metric]) -> None:
        assert (metrics_digest(one) == metrics_digest(other)) == (read_metrics(one) == read_metrics(other))

    def test_a_value_that_only_an_edited_database_holds_has_a_digest_of_its_own(self) -> None:
        values = [1.0, float("nan"), float("inf"), float("-inf")]
        assert len({metrics_digest([Metric("auc", value)]) for value in values}) == len(values)
