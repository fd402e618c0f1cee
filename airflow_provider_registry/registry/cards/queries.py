"""Reading what people wrote of versions."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Select, bindparam, select

from airflow_provider_registry.registry.cards.tables import CardRow
from airflow_provider_registry.registry.cards.views import CardRevision
from airflow_provider_registry.registry.database.batch import Asking
from airflow_provider_registry.registry.database.prepared import ONE, Prepared, Row
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.views import ERASED
from airflow_provider_registry.registry.versions.tables import VersionRow


def asked_newest(version_id: int) -> Asking:
    """What reads the newest revision of the card of a version: one row, or none."""
    return _NEWEST, {"version_id": version_id}


def view(row: Row) -> CardRevision:
    """The view of a revision from its row."""
    own = ("model_name", "version", "revision", "text", "digest", "created_at")
    private: dict[str, Any] = json.loads(row["private"]) if row["private"] is not None else {}
    return CardRevision(
        **{key: row[key] for key in own},
        metadata=row["front_matter"],
        sections=tuple(row["sections"]),
        event=row["seq"],
        by=private["actor"]["name"] if private else ERASED,
        reason=private.get("reason", ""),
    )


def _select() -> Select[tuple[object, ...]]:
    """The revisions of the card of a version, newest first."""
    statement: Select[tuple[object, ...]] = select(
        CardRow.__table__, ModelRow.name.label("model_name"), VersionRow.version, EventRow.seq, EventRow.private
    )
    return (
        statement.join(VersionRow, VersionRow.id == CardRow.version_id)
        .join(ModelRow, ModelRow.id == VersionRow.model_id)
        .join(EventRow, EventRow.id == CardRow.event_id)
        .where(CardRow.version_id == bindparam("version_id"))
        .order_by(CardRow.revision.desc())
    )


OF_VERSION = Prepared(lambda dialect: _select())
_NEWEST = Prepared(lambda dialect: _select().limit(ONE))
