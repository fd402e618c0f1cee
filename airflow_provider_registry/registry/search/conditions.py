"""A filter's tree as one SQL condition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, literal, not_, or_

from airflow_provider_registry.registry.search.beside import Beside
from airflow_provider_registry.registry.search.compare import compare
from airflow_provider_registry.registry.search.fields import Subject
from airflow_provider_registry.registry.search.order import Key
from airflow_provider_registry.registry.search.problems import Source
from airflow_provider_registry.registry.search.targets import Named, Target
from airflow_provider_registry.registry.search.tree import Condition, Either, Every, Node, Not, Operator
from airflow_provider_registry.registry.search.values import Kind, check_values
from airflow_provider_registry.registry.versions.beside import among, listed
from airflow_provider_registry.registry.versions.tables import VersionRow


@dataclass(frozen=True, slots=True)
class Conditions:
    """Makes conditions on one subject for one database.

    Attributes:
        source: the text that the tree was read from, for errors.
        dialect: `postgresql` or `sqlite`.
        first: the field that results are sorted by before any other, where each has a value of it.
        few: the ids that a statement finds, where they are few; they are found before the search too.
        below: the id after which the page goes on, where results are sorted by nothing else, the last first.
        models_of: the ids of the models that have or had one of some names. They are found before the search: of a
            model that it knows, PostgreSQL knows how many versions it has, and goes about them accordingly.
    """

    subject: Subject
    source: Source
    dialect: str
    first: Key | None
    below: int | None
    models_of: Callable[[Sequence[str]], Sequence[int]]
    few: Callable[[Select[Any]], Sequence[int] | None]

    def of(self, node: Node) -> ColumnElement[bool]:
        """The condition of a node; never NULL.

        Raises:
            InvalidFilterError: for an unknown field, an operator that does not go with it, or a value of another kind.
        """
        match node:
            case Condition():
                target = self.subject.target(node.field, self.source)
                values = check_values(node, target.kind, self.source)
                if isinstance(target, Named) and node.operator in (Operator.EQUAL, Operator.IN):
                    return target.among(self.models_of(values), node.negated)
                if self.first is not None and target == self.first.target and target.kind is Kind.NUMBER:
                    # On the very row that the results are read by, so that reading ends where the bound is.
                    column = self.first.sorting.column
                    return compare(column, node.operator, values, self.dialect, negated=node.negated)
                if isinstance(target, Beside):
                    target = replace(target, below=self.below)
                found = self._listed(target, node, values)
                return target.where(node.operator, values, self.dialect, node.negated) if found is None else found
            case Not(part):
                return not_(self.of(part))
            case Every(parts):
                return and_(*map(self.of, parts))
            case Either(parts):
                return or_(*map(self.of, parts))

    def _listed(self, target: Target, condition: Condition, values: Sequence[Any]) -> ColumnElement[bool] | None:
        """That a version is one of a few, which are known by now; None where they are many, or no index has them.

        SQLite goes through the versions in order and asks of each whether it has the tag, which finds a page soon
        where many have it, and reads everything where few do. PostgreSQL weighs one way against the other by its
        statistics, and those tell texts apart, but not the numbers of one metric from those of another.
        """
        if condition.negated or not isinstance(target, Beside) or (target.headed and self.dialect != "sqlite"):
            return None
        rows = target.listed(condition.operator, values, self.dialect)
        ids = None if rows is None else self.few(rows)
        return None if ids is None else among(self.dialect, VersionRow.id, literal(listed(self.dialect, ids), String))


def values_asked_for(subject: Subject, source: Source, node: Node) -> list[Target]:
    """What every result has a value of: whatever is compared, since no comparison holds without a value.

    Raises:
        InvalidFilterError: there is no such field.
    """
    match node:
        case Condition() if not (node.operator is Operator.PRESENT and node.negated):
            return [subject.target(node.field, source)]
        case Every(parts):
            return [target for part in parts for target in values_asked_for(subject, source, part)]
    return []
