"""Reading events of one model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import RowMapping, select

from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.views import Event

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows

COLUMNS = (
    EventRow.id,
    EventRow.seq,
    EventRow.type,
    EventRow.at,
    EventRow.version,
    EventRow.alias,
    EventRow.body,
    EventRow.private,
    EventRow.hash,
    ModelRow.name.label("model_name"),
)


def select_events() -> Rows:
    """The statement that reads events with their model's name."""
    return select(*COLUMNS).join(ModelRow, ModelRow.id == EventRow.model_id)


def event_of(row: RowMapping) -> Event:
    """An event from its row."""
    body: dict[str, Any] = json.loads(row["body"])
    columns = ("model_name", "seq", "type", "at", "version", "alias", "hash")
    return Event(
        **{column: row[column] for column in columns},
        payload=body["payload"],
        private=json.loads(row["private"]) if row["private"] is not None else {},
        via=body["via"],
        authenticated=body["authenticated"],
        task=body["task"],
        erased=row["private"] is None,
    )
