"""The table of model cards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.registry.database.base import Base, BigId, Digest
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import VersionRow


class CardRow(Base):
    """One revision of what people wrote of a version. It never changes, but for what is erased."""

    __tablename__ = "registry_card"
    __table_args__ = (UniqueConstraint("version_id", "revision"), {"comment": "What people wrote of versions"})

    event_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(EventRow.id), primary_key=True, autoincrement=False, comment="The event, version.card_set"
    )
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey(VersionRow.id), comment="The version it is of")
    revision: Mapped[int] = mapped_column(comment="1, 2, 3, … without gaps, per version; the newest counts")
    text: Mapped[str] = mapped_column(Text, comment="Markdown as it was given; empty once erased")
    front_matter: Mapped[dict[str, Any]] = mapped_column(comment="The metadata at the top of the text")
    sections: Mapped[list[Any]] = mapped_column(comment="Keys of the sections that say something")
    digest: Mapped[Digest] = mapped_column(comment="sha256 of text, metadata and sections")
    created_at: Mapped[datetime] = mapped_column(comment="When it was set, UTC")
