"""Metrics over time: series, points, and the batches by which they are recorded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from airflow_provider_registry.errors import SchemaError

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only for INTEGER keys.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    _series()
    _batches()
    _points()


def downgrade() -> None:
    _refuse_to_forget()
    op.drop_index(op.f("ix_registry_metric_point_batch_id"), table_name="registry_metric_point")
    op.drop_table("registry_metric_point")
    op.drop_index(op.f("ix_registry_metric_batch_event_id_loaded_at"), table_name="registry_metric_batch")
    op.drop_index(op.f("ix_registry_metric_batch_version_id_event_id"), table_name="registry_metric_batch")
    op.drop_table("registry_metric_batch")
    op.drop_table("registry_metric_series")


def _series() -> None:
    op.create_table(
        "registry_metric_series",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False, comment="What points refer to"),
        sa.Column("version_id", BIG_ID, nullable=False, comment="The version measured"),
        sa.Column("phase", sa.String(length=64), nullable=False, comment="training, validation or production"),
        sa.Column("name", sa.String(length=255), nullable=False, comment="Name of the metric"),
        sa.Column("dataset", sa.String(length=255), nullable=False, comment="Where it is measured; empty: not said"),
        sa.Column(
            "slice", sa.String(length=255), nullable=False, comment="Part of the data, key=value,…; empty: all of it"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["registry_version.id"], name=op.f("fk_registry_metric_series_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_metric_series")),
        sa.UniqueConstraint(
            "version_id",
            "phase",
            "name",
            "dataset",
            "slice",
            name=op.f("uq_registry_metric_series_version_id_phase_name_dataset_slice"),
        ),
        comment="What is measured of versions over time",
        sqlite_autoincrement=True,
    )


def _batches() -> None:
    op.create_table(
        "registry_metric_batch",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False, comment="What points refer to"),
        sa.Column("version_id", BIG_ID, nullable=False, comment="The version measured"),
        sa.Column("loaded_at", UTC, nullable=False, comment="When points were last loaded into it, UTC"),
        sa.Column(
            "digest",
            sa.String(length=64),
            nullable=True,
            comment="sha256 of its points; empty until they are published",
        ),
        sa.Column("points", BIG_ID, nullable=False, comment="How many they are, as far as they are loaded"),
        sa.Column("first_at", UTC, nullable=True, comment="Begin of the first window, UTC"),
        sa.Column("last_at", UTC, nullable=True, comment="End of the last window, UTC, exclusive"),
        sa.Column(
            "event_id",
            BIG_ID,
            nullable=True,
            comment="The event, version.measured, that published it; empty until then",
        ),
        sa.ForeignKeyConstraint(["event_id"], ["registry_event.id"], name=op.f("fk_registry_metric_batch_event_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["registry_version.id"], name=op.f("fk_registry_metric_batch_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_metric_batch")),
        comment="Points that were recorded together",
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_registry_metric_batch_version_id_event_id"),
        "registry_metric_batch",
        ["version_id", "event_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_registry_metric_batch_event_id_loaded_at"),
        "registry_metric_batch",
        ["event_id", "loaded_at"],
        unique=False,
    )


def _points() -> None:
    op.create_table(
        "registry_metric_point",
        sa.Column("series_id", BIG_ID, autoincrement=False, nullable=False, comment="What was measured"),
        sa.Column("window_from", UTC, nullable=False, comment="Begin of what it was measured over, UTC"),
        sa.Column("window_to", UTC, nullable=False, comment="End of that, UTC, exclusive"),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False, comment="The highest one counts"),
        sa.Column("batch_id", BIG_ID, autoincrement=False, nullable=False, comment="What it was recorded with"),
        sa.Column("observed_at", UTC, nullable=False, comment="When it was measured, UTC"),
        sa.Column("value", sa.Double(), nullable=False, comment="A finite number"),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["registry_metric_batch.id"], name=op.f("fk_registry_metric_point_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["registry_metric_series.id"], name=op.f("fk_registry_metric_point_series_id")
        ),
        sa.PrimaryKeyConstraint(
            "series_id", "window_from", "window_to", "revision", "batch_id", name=op.f("pk_registry_metric_point")
        ),
        comment="Values of metrics over time",
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_registry_metric_point_batch_id"), "registry_metric_point", ["batch_id"], unique=False)


def _refuse_to_forget() -> None:
    """An older release can read neither these nor the events that tell of them; `base` removes everything anyway."""
    if context.get_revision_argument() is None:  # base
        return
    rows = sa.table("registry_metric_batch", sa.column("event_id"))
    published = sa.select(rows.c.event_id).where(rows.c.event_id.is_not(None)).limit(1)
    if op.get_bind().execute(published).first() is not None:
        raise SchemaError(
            "There are metrics over time, which an older release cannot read: a downgrade would lose them. "
            "Restore a backup of the database from before the upgrade instead."
        )
