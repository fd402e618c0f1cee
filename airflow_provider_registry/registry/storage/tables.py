"""The tables that guard bytes: the registry's identity, and leases on artifacts that have no version yet."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.registry.database.base import Base, BigId, Digest
from airflow_provider_registry.registry.models.tables import ModelRow


class IdentityRow(Base):
    """The one row that says which registry this is, so that an artifact root can name its owner."""

    __tablename__ = "registry_identity"
    __table_args__ = {"comment": "Which registry this is: one row"}

    id: Mapped[int] = mapped_column(primary_key=True, comment="Always 1")
    registry_id: Mapped[str] = mapped_column(String(36), comment="A random UUID, made by the first migration")
    created_at: Mapped[datetime] = mapped_column(comment="When the schema was made, UTC")


class LeasePurpose(StrEnum):
    """What the holder of a lease is doing with the bytes."""

    WRITE = "write"
    COLLECT = "collect"


class LeaseRow(Base):
    """A guard on the bytes of one digest of one model, for as long as it is renewed."""

    __tablename__ = "registry_lease"
    __table_args__ = (
        Index(None, "model_id", "digest"),
        {"comment": "Guards on bytes that are being written or removed"},
    )

    token: Mapped[str] = mapped_column(String(36), primary_key=True, comment="Random, known to the holder")
    model_id: Mapped[int] = mapped_column(BigId, ForeignKey(ModelRow.id), comment="The model under whose name they lie")
    digest: Mapped[Digest] = mapped_column(comment="The artifact's digest")
    purpose: Mapped[LeasePurpose] = mapped_column(comment="write: a registration; collect: gc is removing them")
    expires_at: Mapped[datetime] = mapped_column(comment="When it lapses unless renewed, UTC")
