"""Numbers as people wrote them: 0.91 - 0.90 is 0.01.

A float is taken for the shortest decimal that reads back as it (`repr`), which is what was written wherever that had
at most 15 digits, and is computed with exactly.
"""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, Inexact

# A double's shortest decimal has at most 17 digits, between 1e-324 and 1e309; sums and products of three of them fit
# in these digits, and a result that did not would raise Inexact rather than be rounded.
_EXACT = Context(prec=2_000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact])
_LONGEST = 20
_SHORT = 9


def exact(number: float) -> Decimal:
    """The decimal as written."""
    return Decimal(repr(float(number)))


def minus(left: Decimal, right: Decimal) -> Decimal:
    """The exact difference."""
    return _EXACT.subtract(left, right)


def times(left: Decimal, right: Decimal) -> Decimal:
    """The exact product."""
    return _EXACT.multiply(left, right)


def spelt(number: float | Decimal, *beside: float | Decimal) -> str:
    """A number for a sentence: in full where that is short, in six digits where it is not; without `.0`.

    Parameters:
        beside: numbers that the sentence compares it with. Where six digits would tell another story, all are given.
    """
    value = number if isinstance(number, Decimal) else exact(number)
    if not value.is_finite():
        return str(number).lower()
    full = _in_full(value)
    rounded = Decimal(f"{value:.6g}")
    if len(full) <= _SHORT or any(_order(rounded, other) != _order(value, other) for other in beside):
        return full
    return _in_full(rounded)


def _in_full(value: Decimal) -> str:
    if abs(value.adjusted()) >= _LONGEST:
        return f"{value:g}"
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if value == 0 else text


def _order(value: Decimal, other: float | Decimal) -> int:
    than = other if isinstance(other, Decimal) else exact(other)
    return (value > than) - (value < than)


def percent(number: float | Decimal) -> str:
    """A ratio for a sentence, in percent."""
    value = number if isinstance(number, Decimal) else exact(number)
    return f"{spelt(times(value, Decimal(100)))}%"
