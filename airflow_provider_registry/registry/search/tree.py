"""What a filter says, read but not yet judged: a tree of conditions that know where in the text they stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Operator(StrEnum):
    """How a field is compared; its negation is kept beside (`Condition.negated`)."""

    EQUAL = "="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="
    LIKE = "like"
    ILIKE = "ilike"
    IN = "in"
    PRESENT = "is not null"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text, and its offset in it."""

    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written: text without its quotes, a number, or true or false."""

    value: str | int | float | bool
    position: int


@dataclass(frozen=True, slots=True)
class Field:
    """What is compared or sorted by.

    Attributes:
        key: what follows the dot, in `tags.team`.
        place: what stands in the brackets, in `metrics.auc[phase=training]`.
    """

    name: str
    position: int
    key: Word | None = None
    place: tuple[tuple[Word, Word], ...] = ()

    def __str__(self) -> str:
        return f"{self.name}.{self.key.text}" if self.key else self.name


@dataclass(frozen=True, slots=True)
class Condition:
    """A field compared with values; `PRESENT` has none, `IN` has one or more."""

    field: Field
    operator: Operator
    position: int
    values: tuple[Literal, ...] = ()
    negated: bool = False

    @property
    def written(self) -> str:
        """The operator as people write it."""
        if not self.negated:
            return self.operator.value
        return {Operator.EQUAL: "!=", Operator.PRESENT: "is null"}.get(self.operator, f"not {self.operator.value}")


@dataclass(frozen=True, slots=True)
class Not:
    """What the part does not say."""

    part: Node


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the parts."""

    parts: tuple[Node, ...]


Node = Condition | Not | Every | Either


@dataclass(frozen=True, slots=True)
class Term:
    """One part of an ordering."""

    field: Field
    descending: bool
