"""Numbers as people wrote them."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given

from airflow_provider_registry.registry.gates.exact import exact, minus, percent, spelt, times
from tests.registry.strategies import FINITE


@given(FINITE, FINITE)
def test_differences_and_products_are_exact_whatever_the_context(left: float, right: float) -> None:
    one, other = exact(left), exact(right)
    with localcontext(prec=3):
        difference, product = minus(one, other), times(one, other)
    assert Fraction(one) - Fraction(other) == Fraction(difference)
    assert Fraction(one) * Fraction(other) == Fraction(product)


@given(FINITE)
def test_a_number_is_the_decimal_that_was_written(number: float) -> None:
    assert Decimal(repr(number)) == exact(number)
    assert number == pytest.approx(float(spelt(number)), rel=1e-5)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0.8, "0.8"),
        (1.0, "1"),
        (-0.0, "0"),
        (100.0, "100"),
        (0.005, "0.005"),
        (1e300, "1e+300"),
        (1e-300, "1e-300"),
        (0.1 + 0.2, "0.3"),
        (0.9894859813084113, "0.989486"),
        (123456.5, "123456.5"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
    ],
)
def test_a_number_is_spelt_for_a_sentence(number: float, expected: str) -> None:
    assert expected == spelt(number)


def test_a_number_is_spelt_in_full_where_six_digits_would_say_another_thing_of_it() -> None:
    assert "0.30000000000000004" == spelt(0.1 + 0.2, 0.3)
    assert "0.8999999999" == spelt(0.8999999999, 0.9)
    assert "0.899999" == spelt(0.899999, 0.9)


def test_ratios_are_spelt_in_percent() -> None:
    assert (percent(0.02), percent(0.025), percent(1.0)) == ("2%", "2.5%", "100%")
