"""The tables of metrics over time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Double, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.registry.database.base import Base, BigId, Digest, Name, PrimaryId
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.metrics import Phase
from airflow_provider_registry.registry.versions.tables import VersionRow


class SeriesRow(Base):
    """What is measured of a version again and again. It never changes; one without published points is nothing."""

    __tablename__ = "registry_metric_series"
    __table_args__ = (
        UniqueConstraint("version_id", "phase", "name", "dataset", "slice"),
        {"sqlite_autoincrement": True, "comment": "What is measured of versions over time"},
    )

    id: Mapped[PrimaryId] = mapped_column(comment="What points refer to")
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey(VersionRow.id), comment="The version measured")
    phase: Mapped[Phase] = mapped_column(comment="training, validation or production")
    name: Mapped[Name] = mapped_column(comment="Name of the metric")
    dataset: Mapped[Name] = mapped_column(comment="Where it is measured; empty: not said")
    slice: Mapped[Name] = mapped_column(comment="Part of the data, key=value,…; empty: all of it")


class BatchRow(Base):
    """Points that were recorded by one act. Until it has an event, nobody reads them, and they may be removed."""

    __tablename__ = "registry_metric_batch"
    __table_args__ = (
        Index(None, "version_id", "event_id"),
        Index(None, "event_id", "loaded_at"),
        {"sqlite_autoincrement": True, "comment": "Points that were recorded together"},
    )

    id: Mapped[PrimaryId] = mapped_column(comment="What points refer to")
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey(VersionRow.id), comment="The version measured")
    loaded_at: Mapped[datetime] = mapped_column(comment="When points were last loaded into it, UTC")
    digest: Mapped[Digest | None] = mapped_column(comment="sha256 of its points; empty until they are published")
    points: Mapped[int] = mapped_column(BigId, comment="How many they are, as far as they are loaded")
    first_at: Mapped[datetime | None] = mapped_column(comment="Begin of the first window, UTC")
    last_at: Mapped[datetime | None] = mapped_column(comment="End of the last window, UTC, exclusive")
    event_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey(EventRow.id), comment="The event, version.measured, that published it; empty until then"
    )


class PointRow(Base):
    """One value of a series for one window. It never changes: a correction is a row of the next revision.

    A value of no window but a moment has a window that begins and ends then. The batch is part of the key, so that a
    load that was killed is in the way of none.
    """

    __tablename__ = "registry_metric_point"
    __table_args__ = (
        Index(None, "batch_id"),
        # The key is the table: one tree of a million rows, rather than two.
        {"sqlite_with_rowid": False, "comment": "Values of metrics over time"},
    )

    series_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(SeriesRow.id), primary_key=True, autoincrement=False, comment="What was measured"
    )
    window_from: Mapped[datetime] = mapped_column(primary_key=True, comment="Begin of what it was measured over, UTC")
    window_to: Mapped[datetime] = mapped_column(primary_key=True, comment="End of that, UTC, exclusive")
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="The highest one counts")
    batch_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(BatchRow.id), primary_key=True, autoincrement=False, comment="What it was recorded with"
    )
    observed_at: Mapped[datetime] = mapped_column(comment="When it was measured, UTC")
    value: Mapped[float] = mapped_column(Double, comment="A finite number")
