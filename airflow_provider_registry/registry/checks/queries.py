"""Reading checks."""

from __future__ import annotations

import json

from sqlalchemy import Select, bindparam, select

from airflow_provider_registry.registry.checks.tables import CheckRow
from airflow_provider_registry.registry.checks.views import RecordedCheck
from airflow_provider_registry.registry.database.batch import Asking
from airflow_provider_registry.registry.database.prepared import ONE, Prepared, Row
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.views import ERASED
from airflow_provider_registry.registry.versions.tables import VersionRow


def asked_newest(version_id: int, name: str) -> Asking:
    """What reads the newest outcome of one check of a version: one row, or none."""
    return _NEWEST, {"version_id": version_id, "name": name}


def view(row: Row) -> RecordedCheck:
    """The view of a check from its row."""
    own = ("model_name", "version", "name", "passed", "evidence", "digest", "created_at")
    by = json.loads(row["private"])["actor"]["name"] if row["private"] is not None else ERASED
    return RecordedCheck(**{key: row[key] for key in own}, event=row["seq"], by=by)


def _select() -> Select[tuple[object, ...]]:
    """The outcomes of the checks of a version, newest first."""
    statement: Select[tuple[object, ...]] = select(
        CheckRow.__table__, ModelRow.name.label("model_name"), VersionRow.version, EventRow.seq, EventRow.private
    )
    return (
        statement.join(VersionRow, VersionRow.id == CheckRow.version_id)
        .join(ModelRow, ModelRow.id == VersionRow.model_id)
        .join(EventRow, EventRow.id == CheckRow.event_id)
        .where(CheckRow.version_id == bindparam("version_id"))
        .order_by(CheckRow.event_id.desc())
    )


OF_VERSION = Prepared(lambda dialect: _select())
OF_NAME = Prepared(lambda dialect: _select().where(CheckRow.name == bindparam("name")))
_NEWEST = Prepared(lambda dialect: _select().where(CheckRow.name == bindparam("name")).limit(ONE))
