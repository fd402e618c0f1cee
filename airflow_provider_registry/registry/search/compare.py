"""One column compared with checked values."""

from __future__ import annotations

import operator as signs
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, not_

from airflow_provider_registry.registry.search.likeness import like
from airflow_provider_registry.registry.search.tree import Operator
from airflow_provider_registry.registry.search.values import Span

_SIGNS: dict[Operator, Callable[[Any, Any], Any]] = {
    Operator.EQUAL: signs.eq,
    Operator.LESS: signs.lt,
    Operator.AT_MOST: signs.le,
    Operator.GREATER: signs.gt,
    Operator.AT_LEAST: signs.ge,
}


def compare(
    column: ColumnElement[Any], operator: Operator, values: Sequence[Any], dialect: str, *, negated: bool = False
) -> ColumnElement[bool]:
    """Whether the column compares so. NULL compares with nothing, negated or not.

    Parameters:
        values: as `check_values` gives them.
        dialect: `postgresql` or `sqlite`.
    """
    test = _test(column, operator, values, dialect)
    return not_(test) if negated else test


def _test(column: ColumnElement[Any], operator: Operator, values: Sequence[Any], dialect: str) -> ColumnElement[bool]:
    match operator:
        case Operator.PRESENT:
            return column.is_not(None)
        case Operator.IN:
            return column.in_(list(values)) if len(values) > 1 else column == values[0]
        case Operator.LIKE | Operator.ILIKE:
            return like(column, values[0], dialect, fold=operator is Operator.ILIKE)
    value = values[0]
    if isinstance(value, Span):
        return _within(column, operator, value)
    return _ordered(column, operator, value)


def _ordered(column: ColumnElement[Any], operator: Operator, value: Any) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = _SIGNS[operator](column, value)
    return condition


def _within(column: ColumnElement[Any], operator: Operator, span: Span) -> ColumnElement[bool]:
    """A day is compared whole: up to it includes it, after it begins with the next."""
    if span.end is None:
        return _ordered(column, operator, span.start)
    match operator:
        case Operator.EQUAL:
            return and_(column >= span.start, column < span.end)
        case Operator.LESS | Operator.AT_LEAST:
            return _ordered(column, operator, span.start)
        case Operator.AT_MOST:
            return column < span.end
    return column >= span.end
