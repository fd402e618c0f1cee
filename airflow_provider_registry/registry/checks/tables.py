"""The table of checks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.registry.database.base import Base, BigId, Digest, Name
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import VersionRow


class CheckRow(Base):
    """One outcome of one check of a version. It never changes, but for the evidence where that is erased."""

    __tablename__ = "registry_check"
    __table_args__ = (Index(None, "version_id", "name", "event_id"), {"comment": "Outcomes of checks"})

    event_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(EventRow.id), primary_key=True, autoincrement=False, comment="The event, version.checked"
    )
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey(VersionRow.id), comment="The version checked")
    name: Mapped[Name] = mapped_column(comment="Name of the check; the newest outcome of a name counts")
    passed: Mapped[bool] = mapped_column(comment="What it came to")
    evidence: Mapped[dict[str, Any]] = mapped_column(comment="What the check says it found")
    digest: Mapped[Digest] = mapped_column(comment="sha256 of name, outcome and evidence")
    created_at: Mapped[datetime] = mapped_column(comment="When it was recorded, UTC")
