"""The table of reviews."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.registry.aliases.tables import AssignmentRow
from airflow_provider_registry.registry.database.base import Base, BigId
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.reviews.outcome import ReviewOutcome


class ReviewRow(Base):
    """What one person said of a version that holds an alias; who, and why, is in the private part of its event.

    A table of its own, so that a database role that moves aliases can be kept from reviewing.
    """

    __tablename__ = "registry_review"
    __table_args__ = (Index(None, "assignment_id", "event_id"), {"comment": "Reviews of what holds aliases"})

    event_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(EventRow.id), primary_key=True, autoincrement=False, comment="The event, alias.reviewed"
    )
    assignment_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(AssignmentRow.id), comment="What was looked at: a version that held an alias then"
    )
    outcome: Mapped[ReviewOutcome] = mapped_column(comment="keep, replace or retire")
    role: Mapped[str] = mapped_column(String(255), comment="The role of the policy in which; empty: it asks for none")
    created_at: Mapped[datetime] = mapped_column(comment="When it was recorded, UTC")
