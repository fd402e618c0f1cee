"""The tables of events, which are the registry's record, and of its readers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.database.base import Base, BigId, Digest, PrimaryId
from airflow_provider_registry.registry.models.tables import ModelRow


class EventRow(Base):
    """One line of the record. `body` is what was hashed; the columns beside it are derived, for queries."""

    __tablename__ = "registry_event"
    __table_args__ = (
        UniqueConstraint("model_id", "seq"),
        # Rule 2: one act, one event. A repeat finds the event of the act that it repeats.
        UniqueConstraint("act_key", "fingerprint"),
        {"sqlite_autoincrement": True, "comment": "The record: one event an act, append-only"},
    )

    id: Mapped[PrimaryId] = mapped_column(comment="Order over all models; taken before commit, so it may have gaps")
    model_id: Mapped[int] = mapped_column(BigId, ForeignKey(ModelRow.id), comment="The model whose record this is")
    seq: Mapped[int] = mapped_column(BigId, comment="Place in the model's record, from 1, without gaps")
    type: Mapped[EventType] = mapped_column(index=True, comment="What happened, as subject.act")
    at: Mapped[datetime] = mapped_column(index=True, comment="When, UTC; later than the event before it")
    version: Mapped[int | None] = mapped_column(comment="Number of the version concerned")
    alias: Mapped[str | None] = mapped_column(String(255), comment="The alias concerned")
    act_key: Mapped[Digest] = mapped_column(comment="Who did what where: the same again is a repeat")
    fingerprint: Mapped[Digest] = mapped_column(comment="Digest of the inputs of the act")
    body: Mapped[bytes] = mapped_column(LargeBinary, comment="The canonical bytes (RFC 8785) that were hashed")
    hash: Mapped[Digest] = mapped_column(comment="sha256 of body, which holds the hash of the event before")
    private: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="Free text and persons, as canonical JSON; empty once erased"
    )
    private_key: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), comment="Key of the digest by which body holds private; erased with it"
    )


class ReaderRow(Base):
    """How far a reader of a model's record has come."""

    __tablename__ = "registry_reader"
    __table_args__ = (Index(None, "model_id"), {"comment": "How far readers of the record have come, by model"})

    reader: Mapped[str] = mapped_column(String(255), primary_key=True, comment="What reads, under a name of its own")
    model_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(ModelRow.id), primary_key=True, comment="The model whose record it reads"
    )
    seq: Mapped[int] = mapped_column(BigId, comment="Place of the last event that it has done with; it only grows")
    moved_at: Mapped[datetime] = mapped_column(comment="When it came there, UTC")
