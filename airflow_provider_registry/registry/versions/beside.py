"""The rows beside versions: metrics, params, tags, inputs and aliases, read for any number of versions in one trip."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, String, any_, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.database.batch import read_together
from airflow_provider_registry.registry.database.clock import clock_values
from airflow_provider_registry.registry.database.prepared import Prepared, Row
from airflow_provider_registry.registry.reviews.due import with_reviews
from airflow_provider_registry.registry.versions.tables import InputRow, MetricRow, ParamRow, TagRow

Beside = dict[int, list[Row]]


def among(dialect: str, column: Any, ids: ColumnElement[str]) -> ColumnElement[bool]:
    """That a column is one of some ids: one parameter and one statement, however many they are.

    Parameters:
        ids: a parameter, as `listed` writes them.
    """
    if dialect == "postgresql":
        # As a function, SQLAlchemy 2.0 would negate it to "differs from any of them", which most do.
        found: ColumnElement[bool] = column == any_(cast(ids, ARRAY(BigInteger)))
        return found
    each = func.json_each(ids).table_valued("value")
    one_of: ColumnElement[bool] = column.in_(select(each.c.value))
    return one_of


def listed(dialect: str, ids: Iterable[int]) -> str:
    """Ids as a text that the database reads, which the driver sends faster than an array."""
    begin, end = "{}" if dialect == "postgresql" else "[]"
    return f"{begin}{','.join(map(str, ids))}{end}"


def among_given(dialect: str, column: Any) -> ColumnElement[bool]:
    """That a column is one of the parameter `ids`."""
    return among(dialect, column, bindparam("ids", type_=String))


def _beside(statement: Callable[[str], Select[Any]], version_id: Any) -> Prepared:
    return Prepared(lambda dialect: statement(dialect).where(among_given(dialect, version_id)))


def _held(dialect: str) -> Select[Any]:
    named: Any = select(AssignmentRow.version_id, AssignmentRow.from_at, AssignmentRow.to_at, AliasRow.name)
    held = named.join(AliasRow, AliasRow.id == AssignmentRow.alias_id).where(AssignmentRow.to_at.is_(None))
    found: Select[Any] = with_reviews(held, dialect).order_by(AliasRow.name)
    return found


_STATEMENTS = (
    _beside(lambda dialect: select(MetricRow.__table__), MetricRow.version_id),
    _beside(lambda dialect: select(ParamRow.__table__).order_by(ParamRow.key), ParamRow.version_id),
    _beside(lambda dialect: select(TagRow.__table__).order_by(TagRow.key), TagRow.version_id),
    _beside(lambda dialect: select(InputRow.__table__).order_by(InputRow.position), InputRow.version_id),
    _beside(_held, AssignmentRow.version_id),
)


def read_beside(connection: Connection, ids: Sequence[int], *also: Prepared) -> tuple[list[Beside], list[list[Row]]]:
    """The metrics, params, tags, inputs and aliases of versions, each by version; and the rows of other statements.

    Parameters:
        also: statements with the parameter `ids`, which go along.
    """
    dialect = connection.dialect.name
    given = {"ids": listed(dialect, ids), **clock_values(dialect)}
    found = read_together(connection, *((statement, given) for statement in (*_STATEMENTS, *also)))
    return [_grouped(rows) for rows in found[: len(_STATEMENTS)]], found[len(_STATEMENTS) :]


def _grouped(rows: list[Row]) -> Beside:
    groups: Beside = defaultdict(list)
    for row in rows:
        groups[row["version_id"]].append(row)
    return groups
