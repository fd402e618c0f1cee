"""Reading signatures."""

from __future__ import annotations

import json

from sqlalchemy import bindparam, select

from airflow_provider_registry.registry.database.batch import Asking
from airflow_provider_registry.registry.database.prepared import Prepared, Row
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.views import ERASED
from airflow_provider_registry.registry.signatures.tables import SignatureRow
from airflow_provider_registry.registry.signatures.views import RecordedSignature
from airflow_provider_registry.registry.versions.tables import VersionRow
from airflow_provider_registry.signing.bundle import Signed


def asked_of_version(version_id: int) -> Asking:
    """What reads the signatures of a version, newest first."""
    return OF_VERSION, {"version_id": version_id}


def view(row: Row) -> RecordedSignature:
    """The view of a signature from its row."""
    signed = Signed(**{name: row[name] for name in ("method", "key", "subject", "root", "public_key", "bundle")})
    by = json.loads(row["private"])["actor"]["name"] if row["private"] is not None else ERASED
    own = {name: row[name] for name in ("model_name", "version", "digest", "created_at")}
    return RecordedSignature(**own, signed=signed, event=row["seq"], by=by)


OF_VERSION = Prepared(
    lambda dialect: (
        select(
            SignatureRow.__table__,
            ModelRow.name.label("model_name"),
            VersionRow.version,
            EventRow.seq,
            EventRow.private,
        )
        .join(VersionRow, VersionRow.id == SignatureRow.version_id)
        .join(ModelRow, ModelRow.id == VersionRow.model_id)
        .join(EventRow, EventRow.id == SignatureRow.event_id)
        .where(SignatureRow.version_id == bindparam("version_id"))
        .order_by(SignatureRow.event_id.desc())
    )
)
