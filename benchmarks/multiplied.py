"""A registry on PostgreSQL in which everything is there many times: rows that real acts wrote, copied by the database.

What is copied reads as what was written does, but for the record, whose events are not chained: nothing verifies it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    String,
    Table,
    and_,
    cast,
    column,
    func,
    insert,
    join,
    select,
    true,
    update,
)

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.database.base import Base
from airflow_provider_registry.registry.database.tables import metadata
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.requests.tables import RequestRow
from airflow_provider_registry.registry.versions.tables import (
    ArtifactRow,
    InputRow,
    MetricRow,
    ParamRow,
    TagRow,
    VersionRow,
)
from benchmarks.filled import filling

# What one alias, one version and one model have many of, beside versions.
MOVES, REPORTS, REQUESTS = 10_000, 1_000, 1_000

_OF_VERSIONS: tuple[type[Base], ...] = (MetricRow, ParamRow, TagRow, InputRow)
_STEP = timedelta(milliseconds=1)
# Of a row that is copied, and the number of the copy: values of the columns that are not as in the row.
_Changes = Callable[[Any, Any], dict[str, Any]]


def multiply(registry: Registry, large: str, small: str, alias: str, *, versions: int, models: int) -> None:
    """Let a model have so many versions more, and let so many models more stand beside it.

    Parameters:
        large: has several versions and promotion requests; its second version is copied.
        small: is copied; it has one version, which holds the alias.
        alias: of both; of the large one, its history grows too.
    """
    with filling(registry.engine, 1) as connection:
        copies = _Copies(connection)
        named = select(ModelRow.id, ModelRow.last_version, ModelRow.head_seq).where(ModelRow.name == large)
        model, last, head = connection.execute(named).one()
        first = _multiply_versions(copies, model, last, head, versions)
        _multiply_moves(copies, model, alias, first, min(MOVES, versions))
        _multiply_requests(copies, model, first, head + versions, min(REQUESTS, versions))
        copies.grow(model, last_version=last + versions, head_seq=head + versions + min(REQUESTS, versions))
        _multiply_models(copies, copies.value(select(ModelRow.id).where(ModelRow.name == small)), models)
        copies.end()


class _Copies:
    """Copies rows, under ids that follow on those that are there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def value(self, statement: Any) -> Any:
        """The one value that a statement gives."""
        return self._connection.execute(statement).scalar_one()

    def after(self, rows: type[Base]) -> int:
        """The last id of a table."""
        last: int = self.value(select(func.coalesce(func.max(_table(rows).c.id), 0)))
        return last

    def of(self, rows: type[Base], count: int, where: Callable[[Any], Any], changes: _Changes) -> None:
        """Copy the rows that fulfil a condition so many times."""
        series = func.generate_series(1, count).table_valued(column("n", BigInteger), name="numbers")
        table, numbers = _table(rows), series.render_derived()
        copied, names = table.alias("copied"), [each.name for each in table.c]
        changed = changes(copied.c, numbers.c.n)
        values = select(*(changed.get(name, copied.c[name]) for name in names)).where(where(copied.c))
        self._connection.execute(insert(table).from_select(names, values.select_from(join(copied, numbers, true()))))

    def grow(self, model: int, **columns: int) -> None:
        """Let a model know how many versions and events it has now."""
        self._connection.execute(update(ModelRow).where(ModelRow.id == model).values(columns))

    def end(self) -> None:
        """Let new rows get ids behind all of these."""
        for table in metadata.sorted_tables:
            if "id" in table.c:
                sequence = func.pg_get_serial_sequence(table.name, "id")
                self._connection.execute(select(func.setval(sequence, func.max(table.c.id))))


def _multiply_versions(copies: _Copies, model: int, last: int, head: int, count: int) -> int:
    """Gives the id after which those of the versions come."""
    second = copies.value(select(VersionRow.id).where(VersionRow.model_id == model, VersionRow.version == 2))
    ids, events = copies.after(VersionRow), copies.after(EventRow)
    copies.of(
        VersionRow,
        count,
        lambda row: row.id == second,
        lambda row, n: {"id": ids + n, "version": last + n, "created_at": row.created_at + n * _STEP},
    )
    for beside in _OF_VERSIONS:
        copies.of(beside, count, lambda row: row.version_id == second, lambda row, n: {"version_id": ids + n})
    copies.of(
        EventRow,
        count,
        lambda row: and_(row.model_id == model, row.version == 2, row.type == EventType.VERSION_REGISTERED),
        lambda row, n: {"id": events + n, "seq": head + n, "version": last + n, "act_key": _key(row, n)},
    )
    newest = select(func.max(GateReportRow.id)).where(GateReportRow.version_id == second).scalar_subquery()
    reports = copies.after(GateReportRow)
    copies.of(GateReportRow, REPORTS, lambda row: row.id == newest, lambda row, n: {"id": reports + n})
    return ids


def _multiply_moves(copies: _Copies, model: int, alias: str, versions: int, count: int) -> None:
    """Let the first versions after an id have held the alias, each before all that did."""
    named = select(AliasRow.id).where(AliasRow.model_id == model, AliasRow.name == alias).scalar_subquery()
    first = select(func.min(AssignmentRow.id)).where(AssignmentRow.alias_id == named).scalar_subquery()
    ids = copies.after(AssignmentRow)
    copies.of(
        AssignmentRow,
        count,
        lambda row: row.id == first,
        lambda row, n: {
            "id": ids + n,
            "from_at": row.from_at - n * _STEP,
            "to_at": row.from_at - (n - 1) * _STEP,
            "version_id": versions + n,
        },
    )


def _multiply_requests(copies: _Copies, model: int, versions: int, head: int, count: int) -> None:
    """Let each of the first versions after an id be asked for."""
    first = copies.value(select(func.min(RequestRow.id)).where(RequestRow.model_id == model))
    events = copies.after(EventRow)
    copies.of(
        EventRow,
        count,
        lambda row: row.id == first,
        lambda row, n: {"id": events + n, "seq": head + n, "act_key": _key(row, n)},
    )
    copies.of(
        RequestRow, count, lambda row: row.id == first, lambda row, n: {"id": events + n, "version_id": versions + n}
    )


def _multiply_models(copies: _Copies, small: int, count: int) -> None:
    """Copy a model, its version, that one's metrics and tags, its alias, and its events."""
    tables = (ModelRow, VersionRow, AliasRow, AssignmentRow, EventRow)
    model, version, alias, held, event = (copies.after(rows) for rows in tables)
    most = copies.value(select(func.max(EventRow.seq)).where(EventRow.model_id == small))
    its_version = select(VersionRow.id).where(VersionRow.model_id == small).scalar_subquery()

    def named(row: Any, n: Any) -> dict[str, Any]:
        return {"name": row.name + "-" + cast(n, String)}

    def mine(row: Any) -> Any:
        return row.model_id == small

    def of_model(row: Any, n: Any) -> dict[str, Any]:
        return {"model_id": model + n}

    copies.of(
        ModelRow,
        count,
        lambda row: row.id == small,
        lambda row, n: {"id": model + n, **named(row, n), "created_at": row.created_at + n * _STEP},
    )
    copies.of(
        ModelNameRow,
        count,
        mine,
        lambda row, n: {**of_model(row, n), **named(row, n), "folded": row.folded + "-" + cast(n, String)},
    )
    copies.of(ArtifactRow, count, mine, of_model)
    copies.of(VersionRow, count, mine, lambda row, n: {**of_model(row, n), "id": version + n})
    for beside in _OF_VERSIONS:
        copies.of(beside, count, lambda row: row.version_id == its_version, lambda row, n: {"version_id": version + n})
    copies.of(
        EventRow,
        count,
        mine,
        lambda row, n: {**of_model(row, n), "id": event + n * most + row.seq, "act_key": _key(row, n)},
    )
    copies.of(AliasRow, count, mine, lambda row, n: {**of_model(row, n), "id": alias + n})
    copies.of(
        AssignmentRow,
        count,
        mine,
        lambda row, n: {
            **of_model(row, n),
            "id": held + n,
            "alias_id": alias + n,
            "version_id": version + n,
            "set_by_event": event + n * most + most,  # the last thing that was done
        },
    )


def _key(row: Any, n: Any) -> Any:
    """The key of an act that nobody did."""
    return func.md5(row.act_key + cast(n, String))


def _table(rows: type[Base]) -> Table:
    table = rows.__table__
    assert isinstance(table, Table)
    return table
