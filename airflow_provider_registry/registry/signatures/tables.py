"""The table of signatures."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.registry.database.base import Base, BigId, Digest
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import VersionRow
from airflow_provider_registry.signing.identity import SUBJECT_LENGTH, SigningMethod


class SignatureRow(Base):
    """One signature of a version's bytes. It never changes, but for subject and bundle where those are erased."""

    __tablename__ = "registry_signature"
    __table_args__ = (Index(None, "version_id", "event_id"), {"comment": "Signatures of versions' bytes"})

    event_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(EventRow.id), primary_key=True, autoincrement=False, comment="The event, version.signed"
    )
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey(VersionRow.id), comment="The version signed")
    digest: Mapped[Digest] = mapped_column(comment="Of the bytes that were signed")
    method: Mapped[SigningMethod] = mapped_column(comment="What it was made with: key or certificate")
    key: Mapped[Digest] = mapped_column(comment="sha256 of the public key (DER)")
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH), comment="Of the certificate; empty for a key alone")
    root: Mapped[str] = mapped_column(String(64), comment="sha256 of the chain's last certificate; empty for a key")
    public_key: Mapped[str] = mapped_column(Text, comment="PEM; the column key is its digest")
    bundle: Mapped[str] = mapped_column(Text, comment="The Sigstore bundle: what model-signing keeps as model.sig")
    created_at: Mapped[datetime] = mapped_column(comment="When it was recorded, UTC")
