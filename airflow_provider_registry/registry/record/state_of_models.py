"""Checking that a model's own row, and its names, are what the record says."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Text, func, select, type_coerce

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.contradiction import BROKEN, Fail, parsed
from airflow_provider_registry.registry.record.events import EventType
from airflow_provider_registry.registry.record.tables import EventRow

_TOLD = (EventType.MODEL_CREATED, EventType.MODEL_UPDATED, EventType.MODEL_RENAMED)


@dataclass
class _Said:
    """What the record says of a model.

    Attributes:
        facts: of each column, what was said last of it, and by which event; no entry where that was erased.
        names: as written, and since when, by their folded form; None: since the model was made.
    """

    facts: dict[str, tuple[int, Any]] = field(default_factory=dict)
    names: dict[str, tuple[str, str | None]] = field(default_factory=dict)


def check_model(connection: Connection, model_id: int, fail: Fail) -> None:
    """The model is called, and belongs to whom, and demands of metadata, what was said last."""
    said = _said(connection, model_id)
    shown = _shown(connection, model_id)
    for name, (seq, value) in said.facts.items():
        if shown[name] != value:
            fail(seq, f"the model's {name} is not what was said last of it")
    said_names = {folded: (name, since or shown["created_at"]) for folded, (name, since) in said.names.items()}
    if wrong := sorted({*said_names.items()} ^ {*_names(connection, model_id).items()}):
        fail(said.facts["name"][0], f"the names of the model are not those that it was given, such as {wrong[0][0]!r}")


def _said(connection: Connection, model_id: int) -> _Said:
    columns = (EventRow.seq, EventRow.type, EventRow.at, EventRow.body, EventRow.private)
    mine = select(*columns).where(EventRow.model_id == model_id, EventRow.type.in_(_TOLD)).order_by(EventRow.seq)
    found = _Said()
    for row in connection.execute(mine).mappings():
        body: dict[str, Any] = json.loads(row["body"])
        payload = body["payload"]
        private = None if row["private"] is None else json.loads(row["private"])
        if row["type"] == EventType.MODEL_RENAMED:
            _call(found, row, payload["to"], moment(row["at"]))
            continue
        if row["type"] == EventType.MODEL_CREATED:
            _create(found, row, body, private)
        _change(found, row["seq"], payload, private)
    found.facts |= _counted(connection, model_id)
    return found


def _create(found: _Said, row: RowMapping, body: dict[str, Any], private: dict[str, Any] | None) -> None:
    created_at = body["payload"].get("created_at")
    _call(found, row, body["model"]["name"], created_at)
    if created_at is not None:  # earlier releases did not say it
        found.facts["created_at"] = (row["seq"], created_at)
    if private is not None:
        found.facts["created_by"] = (row["seq"], private["actor"]["name"])


def _call(found: _Said, row: RowMapping, name: str, since: str | None) -> None:
    found.facts["name"] = (row["seq"], name)
    found.names.setdefault(fold(name), (name, since))  # who takes a former name of its own again has it since then


def _change(found: _Said, seq: int, payload: dict[str, Any], private: dict[str, Any] | None) -> None:
    if "team" in payload["changed"]:
        found.facts["team"] = (seq, payload["team"])
    if "metadata_schema" in payload["changed"]:
        found.facts["metadata_schema"] = (seq, payload.get("metadata_schema"))
    if "description" in payload["changed"]:
        found.facts.pop("description", None)
        if private is not None:
            found.facts["description"] = (seq, private.get("description", ""))


def _counted(connection: Connection, model_id: int) -> dict[str, tuple[int, Any]]:
    """What the model's row keeps so that acts need not look for it."""
    mine = EventRow.model_id == model_id
    registered = (mine, EventRow.type == EventType.VERSION_REGISTERED)
    last = connection.execute(select(EventRow.seq, EventRow.at).where(mine).order_by(EventRow.seq.desc()).limit(1))
    seq, at = last.one()
    version = connection.execute(select(func.max(EventRow.version)).where(*registered)).scalar_one()
    return {"head_at": (seq, moment(at)), "last_version": (seq, version or 0)}


def _names(connection: Connection, model_id: int) -> dict[str, tuple[str, str]]:
    known = select(ModelNameRow.folded, ModelNameRow.name, ModelNameRow.since).where(ModelNameRow.model_id == model_id)
    return {folded: (name, moment(since)) for folded, name, since in connection.execute(known)}


def _shown(connection: Connection, model_id: int) -> dict[str, Any]:
    columns = [column for column in ModelRow.__table__.columns if column.name != "metadata_schema"]
    schema = type_coerce(ModelRow.metadata_schema, Text).label("metadata_schema")
    row = connection.execute(select(*columns, schema).where(ModelRow.id == model_id)).mappings().one()
    shown = {name: moment(value) if isinstance(value, datetime) else value for name, value in row.items()}
    demanded = parsed(row["metadata_schema"])
    return {**shown, "metadata_schema": demanded if demanded in (None, BROKEN) else sha256_of(demanded)}
