"""Checking that what the registry shows is what its record says: versions, their metrics and inputs, and aliases.

The chain proves the events; this proves that nobody edited the tables beside them, such as a metric that a gate reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy import Connection, RowMapping, and_, func, select

from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.database.stream import streamed
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.events import EventType
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.inputs import Input, inputs_digest
from airflow_provider_registry.registry.versions.metrics import Metric, metrics_digest
from airflow_provider_registry.registry.versions.tables import InputRow, MetricRow, VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows

# Raises, with the place of the event that is contradicted and how.
Fail = Callable[[int, str], NoReturn]

_MOVES = (EventType.ALIAS_PROMOTED, EventType.ALIAS_ROLLED_BACK, EventType.ALIAS_CLEARED)


def check_state(connection: Connection, model_id: int, fail: Fail) -> None:
    """Compare a model's tables with its record, whose chain has been checked.

    Parameters:
        connection: a transaction that sees one moment throughout.
    """
    _check_versions(connection, model_id, fail)
    _check_aliases(connection, model_id, fail)


def _check_versions(connection: Connection, model_id: int, fail: Fail) -> None:
    registered = 0
    with (
        streamed(connection, _select_registered(model_id)) as rows,
        streamed(connection, _select_details(model_id, MetricRow, MetricRow.name)) as metric_rows,
        streamed(connection, _select_details(model_id, InputRow, InputRow.position)) as input_rows,
    ):
        metrics, inputs = _Details(metric_rows), _Details(input_rows)
        for row in rows:
            registered += 1
            if row["id"] is None:
                fail(row["seq"], f"version {row['number']} is not there")
            _check_version(row, metrics.of(row["id"]), inputs.of(row["id"]), fail)
    versions = connection.execute(select(func.count()).where(VersionRow.model_id == model_id)).scalar_one()
    if versions != registered:
        fail(0, f"{versions} versions are there, and {registered} were registered")


def _check_version(row: RowMapping, metrics: Sequence[RowMapping], inputs: Sequence[RowMapping], fail: Fail) -> None:
    seq, what = row["seq"], f"version {row['number']}"
    said: dict[str, Any] = json.loads(row["body"])["payload"]
    for column in ("digest", "uri", "mutable"):
        if row[column] != said[column]:
            fail(seq, f"{what} has the {column} {row[column]!r}, and was registered with {said[column]!r}")
    if metrics_digest(map(_metric, metrics)) != said["metrics_digest"]:
        fail(seq, f"the metrics of {what} are not those that were registered")
    if inputs_digest(map(_input, inputs)) != said["inputs_digest"]:
        fail(seq, f"the inputs of {what} are not those that were registered")


class _Details:
    """The rows that belong to versions, read in the order of the versions and only once."""

    def __init__(self, rows: Iterator[RowMapping]) -> None:
        self._groups = groupby(rows, key=lambda row: row["version_id"])
        self._next = self._advance()

    def of(self, version_id: int) -> Sequence[RowMapping]:
        """The rows of a version; asked for in the order of their ids, in which one model's versions are written."""
        while self._next is not None and self._next[0] < version_id:
            self._next = self._advance()
        return self._next[1] if self._next is not None and self._next[0] == version_id else []

    def _advance(self) -> tuple[int, list[RowMapping]] | None:
        return next(((key, list(rows)) for key, rows in self._groups), None)


def _select_details(model_id: int, table: type[MetricRow | InputRow], place: Any) -> Rows:
    statement = select(table.__table__).join(VersionRow, VersionRow.id == table.version_id)
    return statement.where(VersionRow.model_id == model_id).order_by(table.version_id, place)


def _select_registered(model_id: int) -> Rows:
    same = and_(VersionRow.model_id == EventRow.model_id, VersionRow.version == EventRow.version)
    version = (VersionRow.id, VersionRow.digest, VersionRow.uri, VersionRow.mutable)
    return (
        select(EventRow.seq, EventRow.body, EventRow.version.label("number"), *version)
        .outerjoin(VersionRow, same)
        .where(EventRow.model_id == model_id, EventRow.type == EventType.VERSION_REGISTERED)
        .order_by(EventRow.seq)
    )


def _check_aliases(connection: Connection, model_id: int, fail: Fail) -> None:
    said, shown = _moves(connection, model_id), _assignments(connection, model_id)
    for seq in sorted({*said, *shown}):
        if said.get(seq) != shown.get(seq):
            fail(seq, "the history of the alias is not what the record says")


def _moves(connection: Connection, model_id: int) -> dict[int, list[Any]]:
    """What the record says each alias pointed at: alias, version, from and to, by the event that put it there."""
    statement = select(EventRow.seq, EventRow.type, EventRow.alias, EventRow.version, EventRow.at)
    mine = (EventRow.model_id == model_id, EventRow.type.in_(_MOVES))
    found: dict[int, list[Any]] = {}
    open_since: dict[str, int] = {}
    for row in connection.execute(statement.where(*mine).order_by(EventRow.seq)).mappings():
        if row["alias"] in open_since:
            found[open_since.pop(row["alias"])][3] = moment(row["at"])
        if row["type"] != EventType.ALIAS_CLEARED:
            found[row["seq"]] = [row["alias"], row["version"], moment(row["at"]), None]
            open_since[row["alias"]] = row["seq"]
    return found


def _assignments(connection: Connection, model_id: int) -> dict[int, list[Any]]:
    statement = (
        select(EventRow.seq, AliasRow.name, VersionRow.version, AssignmentRow.from_at, AssignmentRow.to_at)
        .select_from(AssignmentRow)
        .join(EventRow, EventRow.id == AssignmentRow.set_by_event)
        .join(AliasRow, AliasRow.id == AssignmentRow.alias_id)
        .join(VersionRow, VersionRow.id == AssignmentRow.version_id)
        .where(AssignmentRow.model_id == model_id)
    )
    return {
        row["seq"]: [row["name"], row["version"], moment(row["from_at"]), row["to_at"] and moment(row["to_at"])]
        for row in connection.execute(statement).mappings()
    }


def _metric(row: RowMapping) -> Metric:
    return Metric(row["name"], row["value"], row["phase"], row["dataset"], row["slice"])


def _input(row: RowMapping) -> Input:
    return Input(row["name"], row["uri"], row["digest"], row["rows"])
