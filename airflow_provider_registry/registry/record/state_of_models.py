"""Checking that a model's own row, and its names, are what the record says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, select, type_coerce

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.contradiction import BROKEN, Fail, parsed
from airflow_provider_registry.registry.record.told import Check, Told

_DOCUMENTS = ("metadata_schema", "retention")


@dataclass
class _Said:
    """What the record says of a model.

    Attributes:
        facts: of each column, what was said last of it, and by which event; no entry where that was erased.
        names: as written, and since when, by their folded form; None: since the model was made.
    """

    facts: dict[str, tuple[int, Any]] = field(default_factory=dict)
    names: dict[str, tuple[str, str | None]] = field(default_factory=dict)


class ModelCheck(Check):
    """The model is called, and belongs to whom, and demands of metadata, what was said last."""

    what = "names"
    hears = (
        *(EventType.MODEL_CREATED, EventType.MODEL_UPDATED, EventType.MODEL_RENAMED),
        *(EventType.VERSION_REGISTERED, EventType.RETENTION_SET),
    )

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        self._said = _Said()

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        if told.type == EventType.VERSION_REGISTERED:
            self._said.facts["last_version"] = (told.seq, told.version)
        elif told.type == EventType.RETENTION_SET:
            self._said.facts["retention"] = (told.seq, told.payload()["retention"])
        elif told.type == EventType.MODEL_RENAMED:
            self._call(told.seq, told.payload()["to"], told.at)
        else:
            payload, private = told.payload(), told.private()
            if told.type == EventType.MODEL_CREATED:
                self._create(told, payload, private)
            self._change(told.seq, payload, private)

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        shown = _shown(connection, model_id)
        for name, (seq, value) in self._said.facts.items():
            if shown[name] != value:
                self._fail(seq, f"the model's {name} is not what was said last of it")
        told = self._said.names.items()
        said = {folded: (name, since or shown["created_at"]) for folded, (name, since) in told}
        if wrong := sorted({*said.items()} ^ {*_names(connection, model_id).items()}):
            seq = self._said.facts["name"][0]
            self._fail(seq, f"the names of the model are not those that it was given, such as {wrong[0][0]!r}")

    def _create(self, told: Told, payload: dict[str, Any], private: dict[str, Any] | None) -> None:
        facts, created_at = self._said.facts, payload.get("created_at")
        self._call(told.seq, told.model_name, created_at)
        facts |= {"last_version": (told.seq, 0), "retention": (told.seq, None)}
        if created_at is not None:  # earlier releases did not say it
            facts["created_at"] = (told.seq, created_at)
        if private is not None:
            facts["created_by"] = (told.seq, private["actor"]["name"])

    def _call(self, seq: int, name: str, since: str | None) -> None:
        self._said.facts["name"] = (seq, name)
        # Who takes a former name of its own again has it since then.
        self._said.names.setdefault(fold(name), (name, since))

    def _change(self, seq: int, payload: dict[str, Any], private: dict[str, Any] | None) -> None:
        facts = self._said.facts
        if "team" in payload["changed"]:
            facts["team"] = (seq, payload["team"])
        if "metadata_schema" in payload["changed"]:
            facts["metadata_schema"] = (seq, payload.get("metadata_schema"))
        if "description" in payload["changed"]:
            facts.pop("description", None)
            if private is not None:
                facts["description"] = (seq, private.get("description", ""))


def _names(connection: Connection, model_id: int) -> dict[str, tuple[str, str]]:
    known = select(ModelNameRow.folded, ModelNameRow.name, ModelNameRow.since).where(ModelNameRow.model_id == model_id)
    return {folded: (name, moment(since)) for folded, name, since in connection.execute(known)}


def _shown(connection: Connection, model_id: int) -> dict[str, Any]:
    columns = [column for column in ModelRow.__table__.columns if column.name not in _DOCUMENTS]
    # As the database has them: what cannot be read must be named here, not fail to be read.
    columns += [type_coerce(ModelRow.__table__.columns[name], Text).label(name) for name in _DOCUMENTS]
    row = connection.execute(select(*columns).where(ModelRow.id == model_id)).mappings().one()
    shown = {name: moment(value) if isinstance(value, datetime) else value for name, value in row.items()}
    demanded = parsed(row["metadata_schema"])
    shown["retention"] = parsed(row["retention"])
    return {**shown, "metadata_schema": demanded if demanded in (None, BROKEN) else sha256_of(demanded)}
