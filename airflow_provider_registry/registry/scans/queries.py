"""Reading scans."""

from __future__ import annotations

import json

from sqlalchemy import Select, bindparam, select

from airflow_provider_registry.registry.database.batch import Asking
from airflow_provider_registry.registry.database.prepared import ONE, Prepared, Row
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.views import ERASED
from airflow_provider_registry.registry.scans.tables import ScanRow
from airflow_provider_registry.registry.scans.views import RecordedScan
from airflow_provider_registry.registry.versions.tables import VersionRow
from airflow_provider_registry.scanning.report import Finding


def asked_newest(version_id: int) -> Asking:
    """What reads the newest scan of a version: one row, or none."""
    return _NEWEST, {"version_id": version_id}


def view(row: Row) -> RecordedScan:
    """The view of a scan from its row."""
    own = ("model_name", "version", "digest", "outcome", "scanner", "scanner_version", "rules", "findings_digest")
    by = json.loads(row["private"])["actor"]["name"] if row["private"] is not None else ERASED
    findings = tuple(Finding.from_mapping(given) for given in row["findings"])
    said = {key: row[key] for key in (*own, "created_at")}
    return RecordedScan(**said, findings=findings, event=row["seq"], by=by)


def _select() -> Select[tuple[object, ...]]:
    """The scans of a version, newest first."""
    statement: Select[tuple[object, ...]] = select(
        ScanRow.__table__, ModelRow.name.label("model_name"), VersionRow.version, EventRow.seq, EventRow.private
    )
    return (
        statement.join(VersionRow, VersionRow.id == ScanRow.version_id)
        .join(ModelRow, ModelRow.id == VersionRow.model_id)
        .join(EventRow, EventRow.id == ScanRow.event_id)
        .where(ScanRow.version_id == bindparam("version_id"))
        .order_by(ScanRow.event_id.desc())
    )


OF_VERSION = Prepared(lambda dialect: _select())
_NEWEST = Prepared(lambda dialect: _select().limit(ONE))
