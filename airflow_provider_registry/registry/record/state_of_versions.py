"""Checking that versions, and what was registered with them, are what the record says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping, Text, and_, func, select, type_coerce
from sqlalchemy.orm import aliased

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.caller import Producer
from airflow_provider_registry.registry.database.stream import streamed
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.contradiction import BROKEN, UNREADABLE, Fail, parsed
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.told import Check, Told
from airflow_provider_registry.registry.versions.inputs import Input, inputs_digest
from airflow_provider_registry.registry.versions.metrics import Metric, metrics_digest
from airflow_provider_registry.registry.versions.queries import producer_of
from airflow_provider_registry.registry.versions.tables import (
    VALUE_HEAD,
    ArtifactRow,
    InputRow,
    MetricRow,
    ParamRow,
    VersionRow,
)

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows

_RAW = ("storage", "pins", "metadata")
_SUPERSEDED = aliased(VersionRow)
# Of a registration that brought the bytes of others back, in its canonical bytes.
_BACK = b'"unpurged":['
# What a registration says of its version under the name of the column.
_SAID = (
    *("digest", "uri", "storage", "mutable", "supersedes", "size", "file_count"),
    *("environment_digest", "training_duration"),
)


class VersionCheck(Check):
    """Each version is as it was registered, archived or not as was said last, and none is without its event.

    Registrations are read once more beside their versions: of a million, none need be kept until then.
    """

    what = "versions"
    hears = (
        *(EventType.VERSION_ARCHIVED, EventType.VERSION_RESTORED, EventType.VERSION_DESCRIBED),
        *(EventType.VERSION_PURGED, EventType.VERSION_REGISTERED),
    )

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        # When each was archived, where that was said last of it.
        self._archived: dict[int | None, str | None] = {}
        # When the bytes of each went, of those that are not there.
        self._purged: dict[int | None, str] = {}
        # What was said last of each by itself; None where that was erased.
        self._described: dict[int | None, str | None] = {}

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        if told.type == EventType.VERSION_REGISTERED:
            if _BACK in told.payload_bytes:
                for number in told.payload()["unpurged"]:
                    self._purged.pop(number, None)
        elif told.type == EventType.VERSION_PURGED:
            self._purge(told, told.payload()["purged"])
        elif told.type == EventType.VERSION_DESCRIBED:
            private = told.private()
            self._described[told.version] = None if private is None else private["description"]
        else:
            self._archived[told.version] = told.at if told.type == EventType.VERSION_ARCHIVED else None

    def _purge(self, told: Told, numbers: list[int]) -> None:
        for number in numbers:
            if self._archived.get(number) is None:
                self._fail(told.seq, f"it purged version {number}, which was not archived")
            self._purged[number] = told.at

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
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
                self._check_one(row, details)
        versions = connection.execute(select(func.count()).where(VersionRow.model_id == model_id)).scalar_one()
        if versions != registered:
            self._fail(0, f"{versions} versions are there, and {registered} were registered")

    def _check_one(self, row: RowMapping, details: tuple[_Details, _Details, _Details]) -> None:
        seq, number = row["seq"], row["number"]
        if row["id"] is None:
            self._fail(seq, f"version {number} is not there")
        contradiction = _read(row, *(rows_of.of(row["id"]) for rows_of in details))
        if contradiction:
            self._fail(seq, f"version {number}: {contradiction}")
        archived_at = row["archived_at"]
        if (archived_at and moment(archived_at)) != self._archived.get(number):
            self._fail(seq, f"version {number} is archived, or not, otherwise than was said last")
        purged_at = row["purged_at"]
        if (purged_at and moment(purged_at)) != self._purged.get(number):
            self._fail(seq, f"version {number} is purged, or not, otherwise than was said last")
        if not _is_described(row, self._described):
            self._fail(seq, f"version {number}: its description is not what was said last of it")


def _read(
    row: RowMapping, metrics: Sequence[RowMapping], params: Sequence[RowMapping], inputs: Sequence[RowMapping]
) -> str | None:
    try:
        return _contradiction(row, metrics, params, inputs)
    except UNREADABLE as error:
        return f"it cannot be read ({type(error).__name__}: {error})"


def _contradiction(
    row: RowMapping, metrics: Sequence[RowMapping], params: Sequence[RowMapping], inputs: Sequence[RowMapping]
) -> str | None:
    """What of a version is not what its registration says; None where all is."""
    said: dict[str, Any] = json.loads(row["body"])["payload"]
    shown = {name: row[name] for name in _SAID} | {"pins": parsed(row["pins"])}
    for name, value in shown.items():
        if name in said and not _is_same(value, said[name]):  # earlier releases said less
            return f"its {name} is {value!r}, and was registered as {said[name]!r}"
    if (row["supersedes_id"] is None) != (said["supersedes"] is None):
        return f"it supersedes {row['supersedes_id']!r}, and was registered as superseding {said['supersedes']!r}"
    if metrics_digest(map(_metric, metrics)) != said["metrics_digest"]:
        return "its metrics are not those that were registered"
    if inputs_digest(map(_input, inputs)) != said["inputs_digest"]:
        return "its inputs are not those that were registered"
    if [item["position"] for item in inputs] != list(range(len(inputs))):
        return "its inputs are not numbered as they were registered"
    if any(param["value_head"] != param["value"][:VALUE_HEAD] for param in params):
        return "its params are searched by other values"
    same_producer = (producer_of(row) or Producer()) == (Producer.read(said["producer"]) or Producer())
    if not same_producer or (row["map_index"] is None) != (said["producer"] is None):
        return "its producer is not the one that registered it"
    if moment(row["created_at"]) != moment(row["at"]):
        return "its created_at is not the time of its registration"
    return _contradiction_in_private(row, params)


def _is_same(shown: Any, said: Any) -> bool:
    # Canonical JSON writes a large whole double without a point, and Python reads that as another number.
    return bool(shown == (float(said) if isinstance(shown, float) and isinstance(said, int) else said))


def _contradiction_in_private(row: RowMapping, params: Sequence[RowMapping]) -> str | None:
    """The same for what may be free text, of which the event has digests until it is erased."""
    if row["private"] is None:
        return None
    said: dict[str, Any] = json.loads(row["private"])
    shown = {"params": {param["key"]: param["value"] for param in params}, "metadata": parsed(row["metadata"])}
    for name, value in shown.items():
        if value is BROKEN or _digest(value) != said.get(f"{name}_sha256"):
            return f"its {name} are not those that were registered"
    if row["created_by"] != said["actor"]["name"]:
        return f"its created_by is {row['created_by']!r}, and another actor registered it"
    return None


def _is_described(row: RowMapping, described: dict[int | None, str | None]) -> bool:
    """Whether the description is the last one, as far as that was not erased."""
    if row["number"] in described:
        return described[row["number"]] in (None, row["description"])
    return row["private"] is None or _digest(row["description"]) == json.loads(row["private"]).get("description_sha256")


def _digest(value: Any) -> str | None:
    """As a registration says it of what may be empty."""
    return sha256_of(value) if value else None


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
    version = [column for column in VersionRow.__table__.columns if column.name not in ("version", *_RAW)]
    # As the database has them: what cannot be read must be named here, not fail to be read.
    version += [type_coerce(VersionRow.__table__.columns[name], Text).label(name) for name in _RAW]
    shared = and_(ArtifactRow.model_id == VersionRow.model_id, ArtifactRow.digest == VersionRow.digest)
    superseded = and_(_SUPERSEDED.id == VersionRow.supersedes_id, _SUPERSEDED.model_id == VersionRow.model_id)
    event = (EventRow.seq, EventRow.at, EventRow.body, EventRow.private, EventRow.version.label("number"))
    return (
        select(*event, *version, _SUPERSEDED.version.label("supersedes"), ArtifactRow.size, ArtifactRow.file_count)
        .outerjoin(VersionRow, same)
        .outerjoin(_SUPERSEDED, superseded)
        .outerjoin(ArtifactRow, shared)
        .where(EventRow.model_id == model_id, EventRow.type == EventType.VERSION_REGISTERED)
        .order_by(EventRow.seq)
    )


def _metric(row: RowMapping) -> Metric:
    return Metric(row["name"], row["value"], row["phase"], row["dataset"], row["slice"])


def _input(row: RowMapping) -> Input:
    return Input(row["name"], row["uri"], row["digest"], row["rows"])
