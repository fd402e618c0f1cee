"""The tables of webhooks, of how each stands, and of what was sent."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.registry.database.base import Base, BigId, Digest, PrimaryId
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.tables import EventRow


class WebhookRow(Base):
    """A webhook, from when to when it was set."""

    __tablename__ = "registry_webhook"
    __table_args__ = (
        Index(
            "uq_registry_webhook_current",
            "model_id",
            "name",
            unique=True,
            postgresql_where=text("to_at IS NULL"),
            sqlite_where=text("to_at IS NULL"),
        ),
        Index(None, "model_id", "name"),
        {"sqlite_autoincrement": True, "comment": "Webhooks of models, former ones included"},
    )

    id: Mapped[PrimaryId] = mapped_column(comment="What attempts refer to")
    model_id: Mapped[int] = mapped_column(BigId, ForeignKey(ModelRow.id), comment="The model whose events it is sent")
    name: Mapped[str] = mapped_column(String(100), comment="Its name among those of the model")
    digest: Mapped[Digest] = mapped_column(comment="sha256 of the canonical body")
    body: Mapped[dict[str, Any]] = mapped_column(comment="The webhook, as in a policy file")
    from_at: Mapped[datetime] = mapped_column(comment="When it was set, UTC")
    to_at: Mapped[datetime | None] = mapped_column(comment="When it was replaced or removed, UTC; empty: it stands")
    set_by_event: Mapped[int] = mapped_column(BigId, ForeignKey(EventRow.id), comment="The event that set it")


class WebhookQueueRow(Base):
    """How delivering to the webhooks of one name stands, whatever they are replaced by; how far is its reader's."""

    __tablename__ = "registry_webhook_queue"
    __table_args__ = {"comment": "How delivering to each webhook stands"}

    model_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(ModelRow.id), primary_key=True, comment="The model whose events it is sent"
    )
    name: Mapped[str] = mapped_column(String(100), primary_key=True, comment="Name of the webhook")
    failures: Mapped[int] = mapped_column(comment="Attempts that failed since the last one that did not")
    failing_since: Mapped[datetime | None] = mapped_column(comment="When the first of them was made, UTC")
    next_at: Mapped[datetime | None] = mapped_column(comment="When to try again, UTC; empty: at once")
    lease: Mapped[str | None] = mapped_column(String(36), comment="Random, known to whoever is delivering")
    leased_until: Mapped[datetime | None] = mapped_column(comment="When that lapses unless renewed, UTC")


class WebhookOutcome(StrEnum):
    """What came of an attempt."""

    DELIVERED = "delivered"
    FAILED = "failed"
    GIVEN_UP = "given_up"


class WebhookAttemptRow(Base):
    """One attempt to deliver an event."""

    __tablename__ = "registry_webhook_attempt"
    __table_args__ = (
        Index(None, "webhook_id", "seq"),
        Index(None, "webhook_id", "outcome", "at"),
        Index(None, "at"),
        {"comment": "Attempts to deliver events to webhooks"},
    )

    token: Mapped[str] = mapped_column(String(36), primary_key=True, comment="Random, known to who made it")
    webhook_id: Mapped[int] = mapped_column(BigId, ForeignKey(WebhookRow.id), comment="The webhook")
    seq: Mapped[int] = mapped_column(BigId, comment="Place of the event in the model's record")
    at: Mapped[datetime] = mapped_column(comment="When it was over, UTC")
    outcome: Mapped[WebhookOutcome] = mapped_column(comment="delivered; failed; given_up: failed, and not tried again")
    status: Mapped[int | None] = mapped_column(comment="HTTP status of the answer; empty where there was none")
    error: Mapped[str] = mapped_column(String(500), comment="Why it failed; empty where it did not")
    milliseconds: Mapped[int] = mapped_column(comment="How long it took")
