"""Values of a filter: whether a field can be compared with them, and what they mean to the database."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from airflow_provider_registry.registry.search.problems import Source
from airflow_provider_registry.registry.search.tree import Condition, Literal, Operator


class Kind(StrEnum):
    """What a field's values are, as messages call them."""

    TEXT = "a text"
    NUMBER = "a number"
    WHOLE = "a whole number"
    TIME = "a time"
    TRUTH = "true or false"


_EQUAL = frozenset({Operator.EQUAL})
_ORDER = frozenset({Operator.LESS, Operator.AT_MOST, Operator.GREATER, Operator.AT_LEAST})
_OPERATORS = {
    Kind.TEXT: _EQUAL | {Operator.LIKE, Operator.ILIKE, Operator.IN, Operator.PRESENT},
    Kind.NUMBER: _EQUAL | _ORDER | {Operator.IN, Operator.PRESENT},
    Kind.WHOLE: _EQUAL | _ORDER | {Operator.IN, Operator.PRESENT},
    Kind.TIME: _EQUAL | _ORDER | {Operator.PRESENT},
    Kind.TRUTH: _EQUAL,
}
_SHOWN = {
    Kind.TEXT: "=, !=, like, ilike, in, is null and is not null",
    Kind.NUMBER: "=, !=, <, <=, >, >=, in, is null and is not null",
    Kind.WHOLE: "=, !=, <, <=, >, >=, in, is null and is not null",
    Kind.TIME: "=, !=, <, <=, >, >=, is null and is not null",
    Kind.TRUTH: "= and !=",
}
_EXAMPLE = {
    Kind.TEXT: "a text in quotes",
    Kind.NUMBER: "a finite number without quotes",
    Kind.WHOLE: "a whole number without quotes",
    Kind.TIME: "a date or time in quotes, such as '2026-01-31' or '2026-01-31T12:00:00+01:00'",
    Kind.TRUTH: "true or false",
}
# Python reads other forms too, such as 20260131 and 2026-W05: as the first moment of a day, which nobody means.
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([T ].+)?", re.IGNORECASE | re.ASCII)
_WRITTEN = re.compile(r"[^\s,()]+")
_MOST = 2**62


def written_operators(kind: Kind) -> list[str]:
    """How values of a kind may be compared, as people write it."""
    return re.split(r", | and (?=is|!)", _SHOWN[kind])


@dataclass(frozen=True, slots=True)
class Span:
    """What a written time means: a day, from its first moment to that of the next; or a moment (`end` is None)."""

    start: datetime
    end: datetime | None = None


def check_values(condition: Condition, kind: Kind, source: Source) -> tuple[Any, ...]:
    """The values of a condition as the database takes them.

    Raises:
        InvalidFilterError: the operator does not go with the field, or a value is of another kind.
    """
    name = str(condition.field)
    if condition.operator not in _OPERATORS[kind]:
        expected = _SHOWN[kind]
        message = f"{name} is {kind.value} and cannot be compared by '{condition.written}'; it takes {expected}."
        raise source.error(condition.position, message, [expected])
    return tuple(_checked(name, kind, literal, source) for literal in condition.values)


def _checked(name: str, kind: Kind, literal: Literal, source: Source) -> Any:
    value = literal.value
    if kind is Kind.TEXT and isinstance(value, str):
        return value
    if kind is Kind.TRUTH and isinstance(value, bool):
        return value
    if kind is Kind.TIME and isinstance(value, str) and (span := _span(value)):
        return span
    if kind is Kind.NUMBER and _finite(value):
        return float(value)
    if kind is Kind.WHOLE and isinstance(value, int) and not isinstance(value, bool):
        # Beyond what any column holds, a larger number means the same, and no driver takes it.
        return max(-_MOST, min(_MOST, value))
    message = f"{name} is {kind.value}; expected {_EXAMPLE[kind]}, found {_shown(literal, source)}."
    raise source.error(literal.position, message, [_EXAMPLE[kind]])


def _finite(value: Any) -> bool:
    if isinstance(value, bool | str):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def _span(text: str) -> Span | None:
    """A day or a moment, in UTC where no zone is said; None for what is neither, or beyond the calendar."""
    written = _MOMENT.fullmatch(text.strip())
    if written is None:
        return None
    try:
        start = datetime.fromisoformat(written[0])
        start = (start if start.tzinfo else start.replace(tzinfo=UTC)).astimezone(UTC)
        return Span(start, None if written[1] else start + timedelta(days=1))
    except (ValueError, OverflowError):
        return None


def _shown(literal: Literal, source: Source) -> str:
    if isinstance(literal.value, str):
        return f"the text {literal.value[:40]!r}"
    written = _WRITTEN.match(source.text, literal.position)
    assert written is not None, "a value is some text of its source"
    return written[0][:40]
