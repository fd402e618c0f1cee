"""The tables of model versions and of what was registered with them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.names import ACTOR_LENGTH, KEY_LENGTH
from airflow_provider_registry.registry.database.base import Base, BigId, Digest, JsonText, Name, PrimaryId
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.versions.metrics import Phase

# Values are indexed by their head alone: PostgreSQL refuses an index row over 2.7 kB.
VALUE_HEAD = 128


class Storage(StrEnum):
    """Where a version's bytes are kept."""

    MANAGED = "managed"
    REFERENCE = "reference"


class ArtifactRow(Base):
    """An artifact's manifest, kept once for each model however many of its versions have these bytes.

    By model, and not once for all: acts on two models that register the same bytes must not wait for each other.
    """

    __tablename__ = "registry_artifact"
    __table_args__ = {"comment": "Manifests by model and digest"}

    model_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(ModelRow.id), primary_key=True, autoincrement=False, comment="The model they belong to"
    )
    digest: Mapped[Digest] = mapped_column(primary_key=True, comment="sha256 of the canonical manifest")
    manifest: Mapped[bytes] = mapped_column(LargeBinary, comment="The canonical manifest: path, size, sha256 of each")
    size: Mapped[int] = mapped_column(BigId, comment="Sum of the files' sizes, in bytes")
    file_count: Mapped[int] = mapped_column(comment="Number of files")


class EnvironmentRow(Base):
    """A Python environment, kept once however many versions were made in it."""

    __tablename__ = "registry_environment"
    __table_args__ = {"comment": "Python environments by digest"}

    digest: Mapped[Digest] = mapped_column(primary_key=True, comment="sha256 of the canonical description")
    body: Mapped[dict[str, Any]] = mapped_column(comment="Interpreter and installed distributions")


class VersionRow(Base):
    """A model version: what it is and who made it. Only `archived_at`, `purged_at` and `description` ever change, and
    `created_by` where a person is erased."""

    __tablename__ = "registry_version"
    __table_args__ = (
        UniqueConstraint("model_id", "version"),
        UniqueConstraint("model_id", "id"),  # for foreign keys that must stay within one model
        ForeignKeyConstraint(["model_id", "digest"], [ArtifactRow.model_id, ArtifactRow.digest]),
        Index(None, "model_id", "digest"),
        Index(None, "digest"),
        # The orders in which searches page: by time over all models and within one, and by number.
        Index(None, "created_at", "id"),
        Index(None, "model_id", "created_at", "id"),
        Index(None, "version", "id"),
        Index(
            "ix_registry_version_archived",
            "archived_at",
            postgresql_where=text("archived_at IS NOT NULL"),
            sqlite_where=text("archived_at IS NOT NULL"),
        ),
        Index(None, "dag_id", "run_id", "task_id"),
        {"sqlite_autoincrement": True, "comment": "Model versions"},
    )

    id: Mapped[PrimaryId] = mapped_column(comment="What everything else refers to")
    model_id: Mapped[int] = mapped_column(BigId, ForeignKey(ModelRow.id), comment="The model it is a version of")
    version: Mapped[int] = mapped_column(comment="1, 2, 3, … without gaps, per model")
    digest: Mapped[Digest] = mapped_column(comment="sha256 of the artifact's canonical manifest")
    uri: Mapped[str] = mapped_column(Text, comment="Where the artifact lies")
    storage: Mapped[Storage] = mapped_column(comment="managed: under the artifact root; reference: where it lay")
    mutable: Mapped[bool] = mapped_column(default=False, comment="Others could change the bytes; barred from policies")
    pins: Mapped[dict[str, Any] | None] = mapped_column(JsonText, comment="S3 version ids and ETags of a reference")
    description: Mapped[str] = mapped_column(Text, default="", comment="Free text, Markdown")
    version_metadata: Mapped[dict[str, Any]] = mapped_column(
        "metadata", JsonText, comment="What the model's metadata_schema asks"
    )
    environment_digest: Mapped[str | None] = mapped_column(
        String(64), ForeignKey(EnvironmentRow.digest), comment="The Python environment it was made in"
    )
    training_duration: Mapped[float | None] = mapped_column(Double, comment="Seconds of training")
    code_revision: Mapped[str | None] = mapped_column(String(255), comment="Revision of the code that made it")
    supersedes_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("registry_version.id"), comment="Version that the same task of the same run made before"
    )
    is_test: Mapped[bool] = mapped_column(default=False, comment="Made by `airflow dags test`")
    instance_id: Mapped[str | None] = mapped_column(String(255), comment="Airflow instance of the producer")
    dag_id: Mapped[str | None] = mapped_column(String(255), comment="Dag of the producer")
    run_id: Mapped[str | None] = mapped_column(String(255), index=True, comment="Dag run of the producer")
    task_id: Mapped[str | None] = mapped_column(String(255), index=True, comment="Task of the producer")
    map_index: Mapped[int | None] = mapped_column(comment="Index of the mapped task; -1 where it is not mapped")
    try_number: Mapped[int | None] = mapped_column(comment="Try that made it")
    run_type: Mapped[str | None] = mapped_column(String(64), comment="scheduled, manual, backfill, …")
    logical_date: Mapped[datetime | None] = mapped_column(comment="Logical date of the run, UTC")
    data_interval_start: Mapped[datetime | None] = mapped_column(comment="Begin of the run's data, UTC")
    data_interval_end: Mapped[datetime | None] = mapped_column(comment="End of the run's data, UTC, exclusive")
    dag_version: Mapped[str | None] = mapped_column(String(255), comment="Version of the Dag")
    created_at: Mapped[datetime] = mapped_column(comment="When it was registered, UTC")
    created_by: Mapped[str] = mapped_column(
        String(ACTOR_LENGTH), index=True, comment="Who registered it, as shown to people"
    )
    archived_at: Mapped[datetime | None] = mapped_column(comment="When it was archived, UTC")
    purged_at: Mapped[datetime | None] = mapped_column(
        comment="When retention removed its bytes, UTC; empty: they are there"
    )


class BytesCheckRow(Base):
    """When the stored bytes of a version were last found to be the registered ones.

    A table of its own, since it is no act: it says something about the store and changes nothing of the version.
    """

    __tablename__ = "registry_bytes_check"
    __table_args__ = {"comment": "Last successful check of each version's bytes"}

    version_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(VersionRow.id), primary_key=True, comment="The version checked"
    )
    checked_at: Mapped[datetime] = mapped_column(comment="When every byte was read and right, UTC")


class MetricRow(Base):
    """A metric of a version. Empty text stands for no dataset and no slice, since NULL is never equal to itself."""

    __tablename__ = "registry_metric"
    __table_args__ = (
        Index(None, "name", "phase", "dataset", "slice", "value", "version_id"),
        {"comment": "Metrics as registered"},
    )

    version_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(VersionRow.id), primary_key=True, comment="The version measured"
    )
    name: Mapped[Name] = mapped_column(primary_key=True, comment="Name of the metric")
    phase: Mapped[Phase] = mapped_column(primary_key=True, comment="training, validation or production")
    dataset: Mapped[Name] = mapped_column(primary_key=True, comment="Where it was measured; empty: not said")
    slice: Mapped[Name] = mapped_column(primary_key=True, comment="Part of the data, key=value,…; empty: all of it")
    value: Mapped[float] = mapped_column(Double, comment="A finite number")


class ParamRow(Base):
    """A parameter of the training."""

    __tablename__ = "registry_param"
    __table_args__ = (Index(None, "key", "value_head", "version_id"), {"comment": "Parameters as registered"})

    version_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(VersionRow.id), primary_key=True, comment="The version trained with it"
    )
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True, comment="Name of the parameter")
    value: Mapped[str] = mapped_column(Text, comment="Its value, as text")
    value_head: Mapped[str] = mapped_column(String(VALUE_HEAD), comment="The first characters of value, for the index")


class TagRow(Base):
    """A tag of a version; the one thing here that may be changed and removed."""

    __tablename__ = "registry_tag"
    __table_args__ = (Index(None, "key", "value_head", "version_id"), {"comment": "Tags"})

    version_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(VersionRow.id), primary_key=True, comment="The version tagged"
    )
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True, comment="Name of the tag")
    value: Mapped[str] = mapped_column(Text, comment="Its value")
    value_head: Mapped[str] = mapped_column(String(VALUE_HEAD), comment="The first characters of value, for the index")


class InputRow(Base):
    """A dataset that a version was trained on."""

    __tablename__ = "registry_input"
    __table_args__ = (
        Index(None, "name", "version_id"),
        {"comment": "Datasets that versions were trained on"},
    )

    version_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(VersionRow.id), primary_key=True, comment="The version trained on it"
    )
    position: Mapped[int] = mapped_column(primary_key=True, comment="Order as registered, from 0")
    name: Mapped[Name] = mapped_column(comment="Name of the dataset")
    uri: Mapped[str] = mapped_column(Text, default="", comment="Where it lies")
    digest: Mapped[str] = mapped_column(String(255), default="", comment="Digest of its bytes, as the user gave it")
    rows: Mapped[int | None] = mapped_column(BigId, comment="Number of rows")
