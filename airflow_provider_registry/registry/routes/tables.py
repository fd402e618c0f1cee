"""The table of routes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.database.base import Base, BigId
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.routes.share import RouteKind
from airflow_provider_registry.registry.versions.tables import VersionRow


class RouteRow(Base):
    """What a challenger had beside the holder of an alias, over a half-open interval: from_at included, to_at not."""

    __tablename__ = "registry_route"
    __table_args__ = (
        # Both ends in the same model: an alias can never lead to a version of another one.
        ForeignKeyConstraint(["model_id", "version_id"], [VersionRow.model_id, VersionRow.id]),
        ForeignKeyConstraint(["model_id", "alias_id"], [AliasRow.model_id, AliasRow.id]),
        UniqueConstraint("alias_id", "version_id", "from_at"),
        # A challenger has one share at any moment, whatever the code does.
        Index(
            "uq_registry_route_open",
            "alias_id",
            "version_id",
            unique=True,
            postgresql_where=text("to_at IS NULL"),
            sqlite_where=text("to_at IS NULL"),
        ),
        Index(None, "version_id", "alias_id"),
        {"comment": "Which challenger had which share of an alias when"},
    )

    event_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(EventRow.id), primary_key=True, autoincrement=False, comment="The event, alias.routed"
    )
    model_id: Mapped[int] = mapped_column(BigId, comment="The model of both")
    alias_id: Mapped[int] = mapped_column(BigId, comment="The alias")
    version_id: Mapped[int] = mapped_column(BigId, comment="The challenger")
    kind: Mapped[RouteKind] = mapped_column(comment="A share of the traffic, or a copy of it")
    share: Mapped[int] = mapped_column(Integer, comment="In hundredths of a percent; 0 for a copy")
    buckets: Mapped[list[Any]] = mapped_column(comment="The ranges of keys that are its own, of 10,000 in all")
    from_at: Mapped[datetime] = mapped_column(comment="Since when, UTC, inclusive")
    to_at: Mapped[datetime | None] = mapped_column(comment="Until when, UTC, exclusive; empty: it has it now")
    ended_by_event: Mapped[int | None] = mapped_column(
        BigId, ForeignKey(EventRow.id), comment="The event that ended it"
    )
