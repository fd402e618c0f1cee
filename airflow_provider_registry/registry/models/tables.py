"""The tables of registered models and of their names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.names import ACTOR_LENGTH
from airflow_provider_registry.registry.database.base import Base, BigId, Digest, JsonText, Name, PrimaryId


class ModelRow(Base):
    """A registered model, and the head of its record. Every act on the model locks this row."""

    __tablename__ = "registry_model"
    __table_args__ = {"sqlite_autoincrement": True, "comment": "Registered models"}

    id: Mapped[PrimaryId] = mapped_column(comment="What everything else refers to; never a name")
    name: Mapped[str] = mapped_column(
        String(255).with_variant(String(255, collation="C"), "postgresql"),  # in one order, whatever the server's
        index=True,
        comment="The current name, as written at creation or the last rename",
    )
    team: Mapped[str | None] = mapped_column(String(255), index=True, comment="The team that owns the model")
    description: Mapped[str] = mapped_column(Text, default="", comment="Free text, Markdown")
    metadata_schema: Mapped[dict[str, Any] | None] = mapped_column(
        JsonText, comment="JSON Schema 2020-12 that the metadata of every new version must satisfy"
    )
    retention: Mapped[dict[str, Any] | None] = mapped_column(
        JsonText, comment="Which versions are kept, archived and purged, as in a policy file; empty: all are kept"
    )
    created_at: Mapped[datetime] = mapped_column(index=True, comment="When the model was created, UTC")
    created_by: Mapped[str] = mapped_column(String(ACTOR_LENGTH), comment="Who created the model, as shown to people")
    last_version: Mapped[int] = mapped_column(default=0, comment="The highest version number given out")
    pending_requests: Mapped[int] = mapped_column(
        default=0, server_default="0", comment="How many promotion requests are not final: acts look for them if any"
    )
    head_seq: Mapped[int] = mapped_column(BigId, default=0, comment="Number of events in the model's record")
    head_hash: Mapped[Digest] = mapped_column(default="", comment="Hash of the last event: a cut tail shows")
    head_at: Mapped[datetime] = mapped_column(comment="Time of the last event; the next one is later")


class ModelNameRow(Base):
    """Every name that a model has or had: a rename leaves a redirect, and no name is ever given twice."""

    __tablename__ = "registry_model_name"
    __table_args__ = {"comment": "Names of registered models, former ones included"}

    folded: Mapped[Name] = mapped_column(primary_key=True, comment="The name as compared: regardless of case")
    name: Mapped[Name] = mapped_column(comment="The name as written")
    model_id: Mapped[int] = mapped_column(BigId, ForeignKey(ModelRow.id), index=True, comment="Whose name it is")
    since: Mapped[datetime] = mapped_column(comment="When the model took this name, UTC")
