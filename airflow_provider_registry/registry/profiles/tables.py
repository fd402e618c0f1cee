"""The table of profiles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.registry.database.base import Base, BigId, Digest, Name
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.metrics import Phase
from airflow_provider_registry.registry.versions.tables import VersionRow


class ProfileRow(Base):
    """A profile of a version. It never changes, but for its body where that is erased."""

    __tablename__ = "registry_profile"
    __table_args__ = (
        Index(None, "version_id", "phase", "event_id"),
        {"comment": "Profiles of the data that versions were trained on and met"},
    )

    event_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(EventRow.id), primary_key=True, autoincrement=False, comment="The event, version.profiled"
    )
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey(VersionRow.id), comment="The version that it is of")
    phase: Mapped[Phase] = mapped_column(comment="training, validation or production")
    dataset: Mapped[Name] = mapped_column(comment="Of which data; empty: not said")
    window_from: Mapped[datetime | None] = mapped_column(comment="Begin of the data, UTC")
    window_to: Mapped[datetime | None] = mapped_column(comment="End of the data, UTC, exclusive")
    body: Mapped[dict[str, Any]] = mapped_column(comment="The profile, as profile.schema.json says")
    digest: Mapped[Digest] = mapped_column(comment="sha256 of phase, dataset, window and body")
    created_at: Mapped[datetime] = mapped_column(comment="When it was recorded, UTC")
