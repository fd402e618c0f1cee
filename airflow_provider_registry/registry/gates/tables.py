"""The table of gate reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.database.base import Base, BigId, Digest, PrimaryId
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import VersionRow


class GateReportRow(Base):
    """The outcome of all gates of one policy for one version against one baseline."""

    __tablename__ = "registry_gate_report"
    __table_args__ = (
        Index(None, "version_id", "alias_id", "id"),
        {"sqlite_autoincrement": True, "comment": "Gate reports"},
    )

    id: Mapped[PrimaryId] = mapped_column(comment="What requests will refer to")
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey(VersionRow.id), comment="The candidate")
    alias_id: Mapped[int] = mapped_column(BigId, ForeignKey(AliasRow.id), comment="The alias it wants")
    policy_id: Mapped[int] = mapped_column(BigId, ForeignKey(PolicyRow.id), comment="The policy whose gates they are")
    baseline_assignment_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey(AssignmentRow.id), comment="Assignment of the baseline; empty: nothing ever held the alias"
    )
    metrics_digest: Mapped[Digest] = mapped_column(comment="sha256 of the metric rows that were read")
    digest: Mapped[Digest] = mapped_column(comment="sha256 of the report")
    passed: Mapped[bool] = mapped_column(comment="Whether no gate blocks")
    body: Mapped[dict[str, Any]] = mapped_column(comment="Every gate with its numbers and verdict")
    created_at: Mapped[datetime] = mapped_column(comment="When it was stored, UTC")
    event_id: Mapped[int] = mapped_column(BigId, ForeignKey(EventRow.id), index=True, comment="The event it came with")
