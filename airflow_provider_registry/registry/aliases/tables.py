"""The tables of aliases, of what they pointed at from when to when, and of the acts that went past a policy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.registry.database.base import Base, BigId, Name, PrimaryId
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import VersionRow


class AliasRow(Base):
    """An alias of a model. What it points at is its open assignment; whether it is protected, its open policy."""

    __tablename__ = "registry_alias"
    __table_args__ = (
        UniqueConstraint("model_id", "folded"),
        UniqueConstraint("model_id", "id"),
        {"sqlite_autoincrement": True, "comment": "Aliases"},
    )

    id: Mapped[PrimaryId] = mapped_column(comment="What assignments and policies refer to")
    model_id: Mapped[int] = mapped_column(BigId, ForeignKey(ModelRow.id), comment="The model it belongs to")
    name: Mapped[Name] = mapped_column(comment="The name as first written")
    folded: Mapped[Name] = mapped_column(index=True, comment="The name as compared: regardless of case")


class AssignmentRow(Base):
    """What an alias pointed at, over a half-open interval: from_at included, to_at not."""

    __tablename__ = "registry_assignment"
    __table_args__ = (
        # Both ends in the same model: an alias can never point at a version of another one.
        ForeignKeyConstraint(["model_id", "version_id"], [VersionRow.model_id, VersionRow.id]),
        ForeignKeyConstraint(["model_id", "alias_id"], [AliasRow.model_id, AliasRow.id]),
        UniqueConstraint("alias_id", "from_at"),
        # Rule 5: one holder at any moment, whatever the code does.
        Index(
            "uq_registry_assignment_holder",
            "alias_id",
            unique=True,
            postgresql_where=text("to_at IS NULL"),
            sqlite_where=text("to_at IS NULL"),
        ),
        Index(None, "version_id", "alias_id"),
        {"sqlite_autoincrement": True, "comment": "Which version held which alias when"},
    )

    id: Mapped[PrimaryId] = mapped_column(comment="What gate reports name as their baseline")
    model_id: Mapped[int] = mapped_column(BigId, comment="The model of both")
    alias_id: Mapped[int] = mapped_column(BigId, comment="The alias")
    version_id: Mapped[int] = mapped_column(BigId, comment="The version that held it")
    from_at: Mapped[datetime] = mapped_column(comment="Since when, UTC, inclusive")
    to_at: Mapped[datetime | None] = mapped_column(comment="Until when, UTC, exclusive; empty: it holds it now")
    previous_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("registry_assignment.id"), comment="Where a rollback goes: the assignment it displaced"
    )
    set_by_event: Mapped[int] = mapped_column(
        BigId, ForeignKey(EventRow.id), index=True, comment="The event that set it"
    )
    ended_by_event: Mapped[int | None] = mapped_column(
        BigId, ForeignKey(EventRow.id), comment="The event that ended it"
    )


class OverrideRow(Base):
    """An act that went past a policy.

    A table of its own, so that a database role that moves aliases can be kept from overriding: an event of this type
    without its row here was forged, and the record's check says so.
    """

    __tablename__ = "registry_override"
    __table_args__ = {"comment": "Acts that went past a policy"}

    event_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(EventRow.id), primary_key=True, autoincrement=False, comment="The event, alias.overridden"
    )
