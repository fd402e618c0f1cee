"""A filter's tree as one SQL condition."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, not_, or_

from airflow_provider_registry.registry.search.fields import Subject
from airflow_provider_registry.registry.search.problems import Source
from airflow_provider_registry.registry.search.targets import Target
from airflow_provider_registry.registry.search.tree import Condition, Either, Every, Node, Not, Operator
from airflow_provider_registry.registry.search.values import check_values


@dataclass(frozen=True, slots=True)
class Conditions:
    """Makes conditions on one subject for one database.

    Attributes:
        source: the text that the tree was read from, for errors.
        dialect: `postgresql` or `sqlite`.
    """

    subject: Subject
    source: Source
    dialect: str

    def of(self, node: Node) -> ColumnElement[bool]:
        """The condition of a node; never NULL.

        Raises:
            InvalidFilterError: for an unknown field, an operator that does not go with it, or a value of another kind.
        """
        match node:
            case Condition():
                target = self.subject.target(node.field, self.source)
                values = check_values(node, target.kind, self.source)
                return target.where(node.operator, values, self.dialect, node.negated)
            case Not(part):
                return not_(self.of(part))
            case Every(parts):
                return and_(*map(self.of, parts))
            case Either(parts):
                return or_(*map(self.of, parts))

    def present(self, node: Node) -> list[Target]:
        """What every result has a value of: whatever is compared, since no comparison holds without a value."""
        match node:
            case Condition() if not (node.operator is Operator.PRESENT and node.negated):
                return [self.subject.target(node.field, self.source)]
            case Every(parts):
                return [target for part in parts for target in self.present(part)]
        return []
