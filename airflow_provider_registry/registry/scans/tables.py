"""The table of scans."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.registry.database.base import Base, BigId, Digest, Name
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import VersionRow
from airflow_provider_registry.scanning.report import ScanOutcome


class ScanRow(Base):
    """What one scan of a version's files came to. It never changes."""

    __tablename__ = "registry_scan"
    __table_args__ = (Index(None, "version_id", "event_id"), {"comment": "Scans of versions' files"})

    event_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(EventRow.id), primary_key=True, autoincrement=False, comment="The event, version.scanned"
    )
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey(VersionRow.id), comment="The version scanned")
    digest: Mapped[Digest] = mapped_column(comment="Of the bytes that were scanned")
    outcome: Mapped[ScanOutcome] = mapped_column(comment="The gravest of the findings; the newest scan counts")
    scanner: Mapped[Name] = mapped_column(comment="The tool")
    scanner_version: Mapped[Name] = mapped_column(comment="Its version")
    rules: Mapped[Name] = mapped_column(comment="Version of this package's own rules beside the tool's")
    findings: Mapped[list[Any]] = mapped_column(comment="What was found, each with file, level and what")
    findings_digest: Mapped[Digest] = mapped_column(comment="sha256 of the findings")
    created_at: Mapped[datetime] = mapped_column(comment="When it was recorded, UTC")
