"""Reading profiles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.batch import Asking
from airflow_provider_registry.registry.database.prepared import ONE, Prepared, Row
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.profiles.said import SaidProfile
from airflow_provider_registry.registry.profiles.tables import ProfileRow
from airflow_provider_registry.registry.profiles.views import RecordedProfile
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.views import ERASED
from airflow_provider_registry.registry.versions.metrics import Phase
from airflow_provider_registry.registry.versions.tables import VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows


def asked_newest(version_id: int, said: SaidProfile) -> Asking:
    """What reads the newest profile of a version for a phase and dataset: one row, or none."""
    return _NEWEST, {"version_id": version_id, "phase": said.phase, "dataset": said.dataset}


def profiles_of(
    core: Core, version_id: int, phase: Phase | None, dataset: str | None, limit: int
) -> list[RecordedProfile]:
    """Profiles of a version, newest first; None for any phase or dataset."""
    statement = _select().where(ProfileRow.version_id == version_id)
    if phase is not None:
        statement = statement.where(ProfileRow.phase == phase)
    if dataset is not None:
        statement = statement.where(ProfileRow.dataset == dataset)
    return [view(row) for row in core.rows(statement.limit(limit))]


def view(row: Row) -> RecordedProfile:
    """The view of a profile from its row."""
    own = ("model_name", "version", "phase", "dataset", "window_from", "window_to", "digest", "created_at")
    by = json.loads(row["private"])["actor"]["name"] if row["private"] is not None else ERASED
    return RecordedProfile(**{key: row[key] for key in own}, profile=row["body"], event=row["seq"], by=by)


def _select() -> Rows:
    """Profiles, newest first."""
    return (
        select(
            ProfileRow.__table__, ModelRow.name.label("model_name"), VersionRow.version, EventRow.seq, EventRow.private
        )
        .join(VersionRow, VersionRow.id == ProfileRow.version_id)
        .join(ModelRow, ModelRow.id == VersionRow.model_id)
        .join(EventRow, EventRow.id == ProfileRow.event_id)
        .order_by(ProfileRow.event_id.desc())
    )


_NEWEST = Prepared(
    lambda dialect: (
        _select()
        .where(
            ProfileRow.version_id == bindparam("version_id"),
            ProfileRow.phase == bindparam("phase"),
            ProfileRow.dataset == bindparam("dataset"),
        )
        .limit(ONE)
    )
)
