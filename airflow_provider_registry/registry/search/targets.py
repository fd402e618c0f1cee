"""What fields stand for in the database: how each is compared, and how it is sorted by.

A condition is never NULL, so that `not` means what people mean by it. A negated comparison (`!=`, `not in`,
`not like`) asks for a value that is there and differs; only of aliases and names, of which a version or model has
any number, it says that none of them is so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, and_, collate, literal, not_, select, true
from sqlalchemy.orm import aliased

from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.search.compare import compare
from airflow_provider_registry.registry.search.tree import Operator
from airflow_provider_registry.registry.search.values import Kind
from airflow_provider_registry.registry.versions.tables import VersionRow

Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Sorting:
    """How results are sorted by a field.

    Attributes:
        nullable: some results have no value, and come last.
        table: what is joined for it; None where the column is the result's own.
        on: how it is joined.
        id: the result's id beside the column, so that one index can serve both.
        absent: there is no value, as an index knows it.
        lacking: the same of a result's id, where no index lists those without a value.
    """

    column: ColumnElement[Any]
    kind: Kind
    id: ColumnElement[int]
    nullable: bool = False
    table: Any = None
    on: ColumnElement[bool] | None = None
    absent: ColumnElement[bool] | None = None
    lacking: Callable[[ColumnElement[int]], ColumnElement[bool]] | None = None


class Target(Protocol):
    """What a field stands for; equal to another where it stands for the same."""

    @property
    def kind(self) -> Kind:
        """What its values are."""

    def where(self, operator: Operator, values: Values, dialect: str, negated: bool) -> ColumnElement[bool]:
        """The condition on a result; never NULL."""

    def sorting(self, dialect: str) -> Sorting | None:
        """How results are sorted by it; None where they cannot be."""


@dataclass(frozen=True, eq=False)
class Own:
    """A column of the result itself."""

    column: Any
    kind: Kind
    id: Any
    nullable: bool = False

    def where(self, operator: Operator, values: Values, dialect: str, negated: bool) -> ColumnElement[bool]:
        if operator is Operator.PRESENT:
            return compare(self.column, operator, values, dialect, negated=negated)
        test = compare(self.column, operator, values, dialect, negated=negated)
        return and_(self.column.is_not(None), test) if self.nullable else test

    def sorting(self, dialect: str) -> Sorting:
        column = collated(self.column, self.kind, dialect)
        return Sorting(column, self.kind, self.id, self.nullable, absent=self.column.is_(None))


@dataclass(frozen=True, eq=False)
class OfModel:
    """A column of the version's model."""

    column: Any
    kind: Kind
    nullable: bool = False

    def where(self, operator: Operator, values: Values, dialect: str, negated: bool) -> ColumnElement[bool]:
        present = operator is Operator.PRESENT
        found = exists_beside(
            select(literal(1)).where(
                ModelRow.id == VersionRow.model_id,
                compare(self.column, operator, values, dialect, negated=negated and not present),
            ),
            VersionRow,
        )
        return not_(found) if negated and present else found

    def sorting(self, dialect: str) -> Sorting:
        model = aliased(ModelRow)
        version_id: Any = VersionRow.id
        return Sorting(
            collated(getattr(model, self.column.key), self.kind, dialect),
            self.kind,
            version_id,
            self.nullable,
            table=model,
            on=model.id == VersionRow.model_id,
            absent=self.where(Operator.PRESENT, (), dialect, True) if self.nullable else None,
        )


@dataclass(frozen=True, eq=False)
class Named:
    """The model's name. Equal is what names the model elsewhere too: regardless of case, and by a former name."""

    model_id: Any
    patterns: Own | OfModel
    kind: Kind = Kind.TEXT

    def where(self, operator: Operator, values: Values, dialect: str, negated: bool) -> ColumnElement[bool]:
        found = true() if operator is Operator.PRESENT else self.patterns.where(operator, values, dialect, False)
        return not_(found) if negated else found

    def among(self, ids: Sequence[int], negated: bool) -> ColumnElement[bool]:
        """That it is, or is not, one of these models; by value, so that an index gives its versions in their order."""
        found: ColumnElement[bool] = self.model_id == ids[0] if len(ids) == 1 else self.model_id.in_(ids)
        return not_(found) if negated else found

    def sorting(self, dialect: str) -> Sorting:
        return self.patterns.sorting(dialect)


@dataclass(frozen=True, eq=False)
class Held:
    """The aliases that point at the version, or at some version of the model, now; regardless of case.

    Attributes:
        of: whose id the result is, in the assignment.
        id: of the result.
    """

    of: Any
    id: Any
    kind: Kind = Kind.TEXT

    def where(self, operator: Operator, values: Values, dialect: str, negated: bool) -> ColumnElement[bool]:
        held = select(self.of).select_from(AssignmentRow).where(AssignmentRow.to_at.is_(None))
        if operator is not Operator.PRESENT:
            equal = operator in (Operator.EQUAL, Operator.IN)
            column: Any = AliasRow.folded if equal else AliasRow.name
            wanted = [fold(value) for value in values] if equal else values
            held = held.join(AliasRow, AliasRow.id == AssignmentRow.alias_id)
            held = held.where(compare(column, operator, wanted, dialect))
        if negated:
            return not_(exists_beside(held.where(self.of == self.id), self.id.class_))
        # As a list of those that are held, of which there are few: SQLite would ask each version whether it is.
        among: ColumnElement[bool] = self.id.in_(held)
        return among

    def sorting(self, dialect: str) -> None:
        return None


@dataclass(frozen=True, eq=False)
class Flag:
    """Whether something has happened to the version."""

    at: Any
    kind: Kind = Kind.TRUTH

    def where(self, operator: Operator, values: Values, dialect: str, negated: bool) -> ColumnElement[bool]:
        condition: ColumnElement[bool] = self.at.is_not(None) if values[0] != negated else self.at.is_(None)
        return condition

    def sorting(self, dialect: str) -> None:
        return None


def exists_beside(statement: Select[Any], subject: Any) -> ColumnElement[bool]:
    """Whether the statement finds something; of the result it knows the row of `subject`, and nothing else."""
    return statement.correlate(subject).exists()


def collated(column: Any, kind: Kind, dialect: str) -> ColumnElement[Any]:
    """Text sorted by code points on both databases, whatever PostgreSQL was set up with."""
    sorted_: ColumnElement[Any] = column
    return collate(sorted_, "C") if kind is Kind.TEXT and dialect == "postgresql" else sorted_
