"""Checking that versions, and what was registered with them, are what the record says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy import Connection, RowMapping, and_, func, select
from sqlalchemy.orm import aliased

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.registry.caller import Producer
from airflow_provider_registry.registry.database.stream import streamed
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.events import EventType
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.inputs import Input, inputs_digest
from airflow_provider_registry.registry.versions.metrics import Metric, metrics_digest
from airflow_provider_registry.registry.versions.queries import producer_of
from airflow_provider_registry.registry.versions.tables import InputRow, MetricRow, ParamRow, VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows

Fail = Callable[[int, str], NoReturn]

_SUPERSEDED = aliased(VersionRow)
_ARCHIVING = (EventType.VERSION_ARCHIVED, EventType.VERSION_RESTORED)


def check_versions(connection: Connection, model_id: int, fail: Fail) -> None:
    """Each version is as it was registered, archived or not as was said last, and none is without its event."""
    archived = _archived(connection, model_id)
    registered = 0
    with (
        streamed(connection, _select_registered(model_id)) as rows,
        streamed(connection, _select_details(model_id, MetricRow, MetricRow.name)) as metrics,
        streamed(connection, _select_details(model_id, ParamRow, ParamRow.key)) as params,
        streamed(connection, _select_details(model_id, InputRow, InputRow.position)) as inputs,
    ):
        details = (_Details(metrics), _Details(params), _Details(inputs))
        for row in rows:
            registered += 1
            if row["id"] is None:
                fail(row["seq"], f"version {row['number']} is not there")
            contradiction = _contradiction(row, *(rows_of.of(row["id"]) for rows_of in details))
            if contradiction:
                fail(row["seq"], f"version {row['number']}: {contradiction}")
            if row["archived_at"] != archived.get(row["number"]):
                fail(row["seq"], f"version {row['number']} is archived, or not, otherwise than was said last")
    versions = connection.execute(select(func.count()).where(VersionRow.model_id == model_id)).scalar_one()
    if versions != registered:
        fail(0, f"{versions} versions are there, and {registered} were registered")


def _contradiction(
    row: RowMapping, metrics: Sequence[RowMapping], params: Sequence[RowMapping], inputs: Sequence[RowMapping]
) -> str | None:
    """What of a version is not what its registration says; None where all is."""
    said: dict[str, Any] = json.loads(row["body"])["payload"]
    shown = {
        **{column: row[column] for column in ("digest", "uri", "mutable", "pins", "supersedes")},
        "storage": row["storage"].value,
    }
    for name, value in shown.items():
        if value != said[name]:
            return f"its {name} is {value!r}, and was registered as {said[name]!r}"
    if metrics_digest(map(_metric, metrics)) != said["metrics_digest"]:
        return "its metrics are not those that were registered"
    if inputs_digest(map(_input, inputs)) != said["inputs_digest"]:
        return "its inputs are not those that were registered"
    if (producer_of(row) or Producer()) != (Producer.read(said["producer"]) or Producer()):
        return "its producer is not the one that registered it"
    if moment(row["created_at"]) != moment(row["at"]):
        return "its created_at is not the time of its registration"
    return _contradiction_in_private(row, params)


def _contradiction_in_private(row: RowMapping, params: Sequence[RowMapping]) -> str | None:
    """The same for what may be free text, of which the event has digests until it is erased."""
    if row["private"] is None:
        return None
    said: dict[str, Any] = json.loads(row["private"])
    shown = {"params": {param["key"]: param["value"] for param in params}, "metadata": row["metadata"]}
    for name, value in shown.items():
        if (sha256_of(value) if value else None) != said.get(f"{name}_sha256"):
            return f"its {name} are not those that were registered"
    return None


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


def _select_details(model_id: int, table: type[MetricRow | ParamRow | InputRow], place: Any) -> Rows:
    statement = select(table.__table__).join(VersionRow, VersionRow.id == table.version_id)
    return statement.where(VersionRow.model_id == model_id).order_by(table.version_id, place)


def _select_registered(model_id: int) -> Rows:
    same = and_(VersionRow.model_id == EventRow.model_id, VersionRow.version == EventRow.version)
    version = [column for column in VersionRow.__table__.columns if column.name != "version"]
    event = (EventRow.seq, EventRow.at, EventRow.body, EventRow.private, EventRow.version.label("number"))
    return (
        select(*event, *version, _SUPERSEDED.version.label("supersedes"))
        .outerjoin(VersionRow, same)
        .outerjoin(_SUPERSEDED, _SUPERSEDED.id == VersionRow.supersedes_id)
        .where(EventRow.model_id == model_id, EventRow.type == EventType.VERSION_REGISTERED)
        .order_by(EventRow.seq)
    )


def _archived(connection: Connection, model_id: int) -> dict[int | None, datetime | None]:
    """When each version was archived, where that was said last of it."""
    statement = select(EventRow.version, EventRow.type, EventRow.at).order_by(EventRow.seq)
    mine = (EventRow.model_id == model_id, EventRow.type.in_(_ARCHIVING))
    rows = connection.execute(statement.where(*mine)).all()
    return {version: at if kind == EventType.VERSION_ARCHIVED else None for version, kind, at in rows}


def _metric(row: RowMapping) -> Metric:
    return Metric(row["name"], row["value"], row["phase"], row["dataset"], row["slice"])


def _input(row: RowMapping) -> Input:
    return Input(row["name"], row["uri"], row["digest"], row["rows"])
