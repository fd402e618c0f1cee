"""Orderings, and the conditions that begin a page where the one before it ended.

Results without a value come last, whichever way the values go. Every ordering ends with the id, so that no two results
are equal in it. A page begins with a condition on the last result's values, which an index serves, never with an
OFFSET, which reads everything before it.

An outer join hides from a planner that an index has the rows in order already. So an ordering is read in segments:
first the results that have a value of the first field, by an inner join; then those that have none, in the order of
the remaining fields; and so on, while the first field may lack values. Where the filter asks for a value already, the
search ends before it looks for results without one.

No index lists the versions that lack a metric, a param or a tag. They are picked out of all results in order, which
may pass over many. So one page goes through so many at most, and then ends where it is, with the results it has. There
are never many such pages: what they pass over has a value, and so stood on a page before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, UnaryExpression, and_, false, func, literal, or_, select, tuple_

from airflow_provider_registry.registry.search.fields import Subject
from airflow_provider_registry.registry.search.problems import Source
from airflow_provider_registry.registry.search.targets import Sorting, Target
from airflow_provider_registry.registry.search.tree import Term
from airflow_provider_registry.registry.search.values import Kind


@dataclass(frozen=True, slots=True)
class Key:
    """One field of an ordering."""

    sorting: Sorting
    descending: bool
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """The part of an ordering in which the first `absent` fields have no value and the next one has.

    Attributes:
        absent: the fields without a value.
        keys: the others, the id last.
    """

    absent: tuple[Key, ...]
    keys: tuple[Key, ...]

    @property
    def picked(self) -> bool:
        """Whether its results must be picked out of others: no index lists those that lack these values."""
        return any(key.sorting.lacking for key in self.absent)


def read_order(subject: Subject, terms: Sequence[Term], source: Source, dialect: str) -> tuple[Key, ...]:
    """The fields of an ordering, without the id.

    Raises:
        InvalidFilterError: nothing is sorted by such a field, or it stands twice.
    """
    keys: list[Key] = []
    for term in terms:
        field, target = term.field, subject.target(term.field, source)
        sorting = target.sorting(dialect)
        if sorting is None:
            raise source.error(field.position, f"{subject.plural} cannot be sorted by {field}.")
        if any(target == key.target for key in keys):
            raise source.error(field.position, f"{field} stands twice in the ordering.")
        keys.append(Key(sorting, term.descending, target))
    return tuple(keys)


def segments(subject: Subject, keys: Sequence[Key], present: Sequence[Target]) -> list[Segment]:
    """The segments of an ordering, in order.

    Parameters:
        present: what the filter asks for a value of.
    """
    found = []
    for place in range(len(keys) + 1):
        rest = tuple(keys[place:])
        found.append(Segment(tuple(keys[:place]), (*rest, _last(subject, rest, keys))))
        if not rest or not rest[0].sorting.nullable or rest[0].target in present:
            break
    return found


def _last(subject: Subject, rest: Sequence[Key], keys: Sequence[Key]) -> Key:
    """The id, in the direction of the field before it, so that one index has both in order; the last first alone."""
    column = rest[0].sorting.id if rest else subject.id
    return Key(Sorting(column, Kind.WHOLE, column), keys[-1].descending if keys else True)


def select_segment(
    subject: Subject, segment: Segment, condition: ColumnElement[bool] | None, after: Sequence[Any] | None
) -> Select[Any]:
    """The statement that reads ids and values (`k0`, `k1`, …, without the absent ones) of a segment, in order.

    Parameters:
        condition: what results must satisfy beside; None for nothing.
        after: the values of the segment's keys in the last result before the page; None to begin the segment.
    """
    columns = [key.sorting.column for key in segment.keys]
    statement = select(subject.id.label("id"), *(column.label(_label(place)) for place, column in enumerate(columns)))
    statement = statement.select_from(subject.id.class_)
    for place, key in enumerate(segment.keys):
        sorting = key.sorting
        if sorting.table is not None:
            statement = statement.join(sorting.table, sorting.on, isouter=sorting.nullable and place > 0)
        if sorting.nullable and place == 0:
            statement = statement.where(sorting.column.is_not(None))
    tests = [key.sorting.absent for key in segment.absent]
    statement = statement.where(*(test for test in [*tests, condition] if test is not None))
    if after is not None:
        statement = statement.where(_after(segment.keys, after))
    return statement.order_by(*_ordered(segment.keys, columns))


def pick(segment: Segment, statement: Select[Any], passed: int, limit: int) -> Select[Any]:
    """The statement that picks a segment's results out of the first ones of another statement.

    Each row has its `place` among those, from 1, and whether it is `picked`. The row at the place `passed` is given in
    any case, since the next page begins behind it.

    Parameters:
        statement: of `select_segment`.
        passed: out of how many.
        limit: of the rows.
    """
    first = statement.limit(passed).subquery("first")
    place = func.row_number().over(order_by=_ordered_again(segment, first)).label("place")
    numbered = select(*first.c, place).subquery("numbered")
    lacking = [key.sorting.lacking for key in segment.absent]
    picked = and_(*(lacks(numbered.c.id) for lacks in lacking if lacks is not None))
    rows = select(*numbered.c, picked.label("picked")).where(or_(picked, numbered.c.place == passed))
    # By the same columns once more, not by place: so it is in order already, and ends with the last row asked for.
    return rows.order_by(*_ordered_again(segment, numbered)).limit(limit)


def _label(place: int) -> str:
    return f"k{place}"


def _ordered_again(segment: Segment, rows: Subquery) -> list[UnaryExpression[Any]]:
    return _ordered(segment.keys, [rows.c[_label(place)] for place in range(len(segment.keys))])


def _ordered(keys: Sequence[Key], columns: Sequence[ColumnElement[Any]]) -> list[UnaryExpression[Any]]:
    orders = [column.desc() if key.descending else column.asc() for key, column in zip(keys, columns, strict=True)]
    # Not where none is NULL: an index scanned backwards has its NULLs first, and would not be taken.
    return [
        order.nulls_last() if key.sorting.nullable and place > 0 else order
        for place, (key, order) in enumerate(zip(keys, orders, strict=True))
    ]


def _after(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    plain = not any(key.sorting.nullable for key in keys[1:])
    if plain and len({key.descending for key in keys}) == 1:
        columns = tuple_(*(key.sorting.column for key in keys))
        row = tuple_(*(literal(value, key.sorting.column.type) for key, value in zip(keys, values, strict=True)))
        return columns < row if keys[0].descending else columns > row
    # The bound of the first field follows from the rest; it is said for the sake of the index.
    first, column = keys[0], keys[0].sorting.column
    bound = column <= values[0] if first.descending else column >= values[0]
    return and_(bound, _later(keys, values))


def _later(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """Later by the first key, or equal in it and later by the others."""
    column, value = keys[0].sorting.column, values[0]
    same = column.is_(None) if value is None else column == value
    rest = and_(same, _later(keys[1:], values[1:])) if len(keys) > 1 else None
    if value is None:
        return rest if rest is not None else false()
    beyond = column < value if keys[0].descending else column > value
    if keys[0].sorting.nullable:
        beyond = or_(beyond, column.is_(None))
    return or_(beyond, rest) if rest is not None else beyond
