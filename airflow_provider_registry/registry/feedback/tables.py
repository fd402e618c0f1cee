"""The table of feedback."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Double, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.registry.database.base import Base, BigId
from airflow_provider_registry.registry.feedback.kinds import FeedbackKind
from airflow_provider_registry.registry.feedback.said import PERSON_LENGTH
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import VersionRow


class FeedbackRow(Base):
    """One piece of feedback on a version. It never changes, but that its private columns may be erased.

    It is named by the act that brought it and its place there, both of which the record holds: no number of its own.
    """

    __tablename__ = "registry_feedback"
    __table_args__ = (
        Index(None, "version_id", "at", "event_id", "position"),  # summaries, and pages
        Index(None, "version_id", "subject"),  # what was said of one prediction, to show it or to erase it
        {"comment": "Feedback on versions"},
    )

    event_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey(EventRow.id),
        primary_key=True,
        autoincrement=False,
        comment="The event of its batch, version.feedback_recorded",
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="Place in its batch, from 1")
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey(VersionRow.id), comment="The version that it is about")
    kind: Mapped[FeedbackKind] = mapped_column(comment="rating, flag, correction or comment")
    rating: Mapped[float | None] = mapped_column(Double, comment="Of a rating: a finite number")
    flag: Mapped[str | None] = mapped_column(String(255), comment="Of a flag: its name")
    at: Mapped[datetime] = mapped_column(comment="When it was said, UTC")
    subject: Mapped[str | None] = mapped_column(
        String(PERSON_LENGTH), comment="What it is about, such as the id of a prediction; personal, may be erased"
    )
    source: Mapped[str | None] = mapped_column(
        String(PERSON_LENGTH), comment="Who or what said it; personal, may be erased"
    )
    text: Mapped[str | None] = mapped_column(
        Text, comment="A comment, or a correction as JSON; free text, may be erased"
    )
    private_key: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), comment="Key of private_digest; erased with what it is of, and empty where there is nothing"
    )
    private_digest: Mapped[str] = mapped_column(
        String(64), comment="HMAC-SHA256 of subject, source and text, by which the record holds them; empty: of nothing"
    )
