"""Tags, params and metrics: rows beside the version, by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, not_, select, true
from sqlalchemy.orm import aliased

from airflow_provider_registry.registry.search.compare import compare
from airflow_provider_registry.registry.search.targets import Sorting, Values, collated, exists_beside
from airflow_provider_registry.registry.search.tree import Operator
from airflow_provider_registry.registry.search.values import Kind
from airflow_provider_registry.registry.versions.metrics import Phase
from airflow_provider_registry.registry.versions.tables import VALUE_HEAD, MetricRow, ParamRow, TagRow, VersionRow

# What an index finds: of texts by their head, of numbers in their order.
_OF_TEXT = (Operator.EQUAL, Operator.IN)
_OF_NUMBERS = (*_OF_TEXT, Operator.LESS, Operator.AT_MOST, Operator.GREATER, Operator.AT_LEAST)


@dataclass(frozen=True)
class Beside:
    """One row beside the version: a tag, a param or a metric.

    Attributes:
        table: the rows' class, which has `version_id` and `value`.
        chosen: columns and their values that leave at most one row a version.
        headed: values are indexed by their head (`value_head`).
        below: only versions of smaller ids are asked about; PostgreSQL does not conclude that of the rows beside them.
    """

    table: type[MetricRow | ParamRow | TagRow]
    kind: Kind
    chosen: tuple[tuple[str, str], ...]
    headed: bool
    below: int | None = None

    def where(self, operator: Operator, values: Values, dialect: str, negated: bool) -> ColumnElement[bool]:
        if operator is Operator.PRESENT:
            found = self._exists(true())
            return not_(found) if negated else found
        return self._exists(self._test(operator, values, dialect, negated))

    def listed(self, operator: Operator, values: Values, dialect: str) -> Select[Any] | None:
        """The statement that lists the versions that compare so, off an index; None where no index has them."""
        if operator not in (_OF_TEXT if self.headed else _OF_NUMBERS):
            return None
        row: Any = self.table
        return select(row.version_id).where(*self._chosen(row), self._test(operator, values, dialect, False))

    def sorting(self, dialect: str) -> Sorting:
        row: Any = aliased(self.table)
        return Sorting(
            collated(row.value, self.kind, dialect),
            self.kind,
            row.version_id,
            nullable=True,
            table=row,
            on=self._mine(row, VersionRow.id),
            lacking=self._lacking,
        )

    def _exists(self, test: ColumnElement[bool]) -> ColumnElement[bool]:
        found = select(literal(1)).where(self._mine(self.table, VersionRow.id), test)
        if self.below is not None:
            found = found.where(self.table.version_id < self.below)
        return exists_beside(found, VersionRow)

    def _lacking(self, version_id: ColumnElement[int]) -> ColumnElement[bool]:
        # As one value, not NOT EXISTS, which PostgreSQL may answer by reading all rows of this name.
        there = select(literal(1)).where(self._mine(self.table, version_id)).limit(1)
        condition: ColumnElement[bool] = there.correlate_except(self.table).scalar_subquery().is_(None)
        return condition

    def _test(self, operator: Operator, values: Values, dialect: str, negated: bool) -> ColumnElement[bool]:
        columns = self.table.__table__.c
        if not self.headed or negated or operator not in _OF_TEXT:
            return compare(columns.value, operator, values, dialect, negated=negated)
        head = compare(columns.value_head, operator, [value[:VALUE_HEAD] for value in values], dialect)
        if all(len(value) < VALUE_HEAD for value in values):
            # The head is all of it. To say so twice makes PostgreSQL expect next to no rows, and plan for those.
            return head
        return and_(head, compare(columns.value, operator, values, dialect))

    def _mine(self, row: Any, version_id: Any) -> ColumnElement[bool]:
        return and_(row.version_id == version_id, *self._chosen(row))

    def _chosen(self, row: Any) -> list[ColumnElement[bool]]:
        return [getattr(row, name) == value for name, value in self.chosen]


def entry(table: type[ParamRow | TagRow], key: str) -> Beside:
    """A tag or param of this key."""
    return Beside(table, Kind.TEXT, (("key", key),), headed=True)


def measure(name: str, phase: Phase, dataset: str, slice: str) -> Beside:
    """A metric, where it was measured."""
    chosen = (("name", name), ("phase", phase), ("dataset", dataset), ("slice", slice))
    return Beside(MetricRow, Kind.NUMBER, chosen, headed=False)
