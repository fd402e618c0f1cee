"""The tables of aliases and of their policies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.database.base import Base, BigId, Digest, PrimaryId
from airflow_provider_registry.registry.record.tables import EventRow

_REVIEWED = text("review_every IS NOT NULL AND to_at IS NULL")


class PolicyRow(Base):
    """A policy, from when to when it held. An alias that had one and has none is locked."""

    __tablename__ = "registry_policy"
    __table_args__ = (
        Index(
            "uq_registry_policy_current",
            "alias_id",
            unique=True,
            postgresql_where=text("to_at IS NULL"),
            sqlite_where=text("to_at IS NULL"),
        ),
        UniqueConstraint("alias_id", "from_at"),
        # What is due for review is found from here, however many policies there are.
        Index("ix_registry_policy_reviewed", "alias_id", postgresql_where=_REVIEWED, sqlite_where=_REVIEWED),
        {"sqlite_autoincrement": True, "comment": "Policies of protected aliases, former ones included"},
    )

    id: Mapped[PrimaryId] = mapped_column(comment="What gate reports refer to")
    alias_id: Mapped[int] = mapped_column(BigId, ForeignKey(AliasRow.id), comment="The alias it protects")
    digest: Mapped[Digest] = mapped_column(comment="sha256 of the canonical policy")
    body: Mapped[dict[str, Any]] = mapped_column(comment="The policy, as in a policy file")
    review_every: Mapped[int | None] = mapped_column(
        comment="Seconds after which what holds the alias is due for review; empty: never"
    )
    from_at: Mapped[datetime] = mapped_column(comment="When it was set, UTC")
    to_at: Mapped[datetime | None] = mapped_column(comment="When it was replaced or removed, UTC; empty: it holds")
    set_by_event: Mapped[int] = mapped_column(BigId, ForeignKey(EventRow.id), comment="The event that set it")
