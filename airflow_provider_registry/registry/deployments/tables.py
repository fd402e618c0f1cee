"""The table of deployments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.registry.database.base import Base, BigId, Name
from airflow_provider_registry.registry.deployments.states import ActualState, DesiredState
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import VersionRow


class DeploymentRow(Base):
    """How a target stood, over a half-open interval: from_at included, to_at not.

    During a rollout, the version that a target should run and the one that it runs are two.
    """

    __tablename__ = "registry_deployment"
    __table_args__ = (
        ForeignKeyConstraint(["model_id", "desired_version_id"], [VersionRow.model_id, VersionRow.id]),
        ForeignKeyConstraint(["model_id", "actual_version_id"], [VersionRow.model_id, VersionRow.id]),
        UniqueConstraint("model_id", "environment", "target", "from_at"),
        # A target stands in one way at any moment, whatever the code does.
        Index(
            "uq_registry_deployment_target",
            "model_id",
            "environment",
            "target",
            unique=True,
            postgresql_where=text("to_at IS NULL"),
            sqlite_where=text("to_at IS NULL"),
        ),
        {"comment": "Which version ran where, and which should have"},
    )

    event_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(EventRow.id), primary_key=True, autoincrement=False, comment="The event, deployment.recorded"
    )
    model_id: Mapped[int] = mapped_column(BigId, ForeignKey(ModelRow.id), comment="The model of both versions")
    environment: Mapped[Name] = mapped_column(comment="Such as production")
    target: Mapped[Name] = mapped_column(comment="A place in the environment that runs one version at a time")
    desired: Mapped[DesiredState | None] = mapped_column(comment="What the target should do; empty: nobody said")
    desired_version_id: Mapped[int | None] = mapped_column(BigId, comment="With which version")
    actual: Mapped[ActualState | None] = mapped_column(comment="What the target does; empty: nobody said")
    actual_version_id: Mapped[int | None] = mapped_column(BigId, comment="With which version")
    url: Mapped[str | None] = mapped_column(Text, comment="Where the target answers; empty: nobody said, or erased")
    from_at: Mapped[datetime] = mapped_column(comment="Since when, UTC, inclusive")
    to_at: Mapped[datetime | None] = mapped_column(comment="Until when, UTC, exclusive; empty: it stands so now")
    ended_by_event: Mapped[int | None] = mapped_column(
        BigId, ForeignKey(EventRow.id), comment="The event that ended it"
    )
