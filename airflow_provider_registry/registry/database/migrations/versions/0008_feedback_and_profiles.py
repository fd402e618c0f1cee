"""Feedback on versions, and profiles of the data that they were trained on and met."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from airflow_provider_registry.errors import SchemaError

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only for INTEGER keys.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_feedback()
    _create_profiles()


def downgrade() -> None:
    _refuse_to_forget("registry_feedback", "feedback on versions")
    _refuse_to_forget("registry_profile", "profiles of versions")
    op.drop_index(op.f("ix_registry_profile_version_id_phase_event_id"), table_name="registry_profile")
    op.drop_table("registry_profile")
    op.drop_index(op.f("ix_registry_feedback_version_id_subject"), table_name="registry_feedback")
    op.drop_index(op.f("ix_registry_feedback_version_id_at_event_id_position"), table_name="registry_feedback")
    op.drop_table("registry_feedback")


def _create_feedback() -> None:
    op.create_table(
        "registry_feedback",
        sa.Column(
            "event_id",
            BIG_ID,
            autoincrement=False,
            nullable=False,
            comment="The event of its batch, version.feedback_recorded",
        ),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False, comment="Place in its batch, from 1"),
        sa.Column("version_id", BIG_ID, nullable=False, comment="The version that it is about"),
        sa.Column("kind", sa.String(length=64), nullable=False, comment="rating, flag, correction or comment"),
        sa.Column("rating", sa.Double(), nullable=True, comment="Of a rating: a finite number"),
        sa.Column("flag", sa.String(length=255), nullable=True, comment="Of a flag: its name"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When it was said, UTC"),
        sa.Column(
            "subject",
            sa.String(length=255),
            nullable=True,
            comment="What it is about, such as the id of a prediction; personal, may be erased",
        ),
        sa.Column(
            "source", sa.String(length=255), nullable=True, comment="Who or what said it; personal, may be erased"
        ),
        sa.Column(
            "text", sa.Text(), nullable=True, comment="A comment, or a correction as JSON; free text, may be erased"
        ),
        sa.Column(
            "private_key",
            sa.LargeBinary(length=32),
            nullable=True,
            comment="Key of private_digest; erased with what it is of, and empty where there is nothing",
        ),
        sa.Column(
            "private_digest",
            sa.String(length=64),
            nullable=False,
            comment="HMAC-SHA256 of subject, source and text, by which the record holds them; empty: of nothing",
        ),
        sa.ForeignKeyConstraint(["event_id"], ["registry_event.id"], name=op.f("fk_registry_feedback_event_id")),
        sa.ForeignKeyConstraint(["version_id"], ["registry_version.id"], name=op.f("fk_registry_feedback_version_id")),
        sa.PrimaryKeyConstraint("event_id", "position", name=op.f("pk_registry_feedback")),
        comment="Feedback on versions",
    )
    op.create_index(
        op.f("ix_registry_feedback_version_id_at_event_id_position"),
        "registry_feedback",
        ["version_id", "at", "event_id", "position"],
        unique=False,
    )
    op.create_index(
        op.f("ix_registry_feedback_version_id_subject"), "registry_feedback", ["version_id", "subject"], unique=False
    )


def _create_profiles() -> None:
    op.create_table(
        "registry_profile",
        sa.Column("event_id", BIG_ID, autoincrement=False, nullable=False, comment="The event, version.profiled"),
        sa.Column("version_id", BIG_ID, nullable=False, comment="The version that it is of"),
        sa.Column("phase", sa.String(length=64), nullable=False, comment="training, validation or production"),
        sa.Column("dataset", sa.String(length=255), nullable=False, comment="Of which data; empty: not said"),
        sa.Column("window_from", sa.DateTime(timezone=True), nullable=True, comment="Begin of the data, UTC"),
        sa.Column("window_to", sa.DateTime(timezone=True), nullable=True, comment="End of the data, UTC, exclusive"),
        sa.Column("body", sa.Text(), nullable=False, comment="The profile, as profile.schema.json says"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="sha256 of phase, dataset, window and body"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was recorded, UTC"),
        sa.ForeignKeyConstraint(["event_id"], ["registry_event.id"], name=op.f("fk_registry_profile_event_id")),
        sa.ForeignKeyConstraint(["version_id"], ["registry_version.id"], name=op.f("fk_registry_profile_version_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_registry_profile")),
        comment="Profiles of the data that versions were trained on and met",
    )
    op.create_index(
        op.f("ix_registry_profile_version_id_phase_event_id"),
        "registry_profile",
        ["version_id", "phase", "event_id"],
        unique=False,
    )


def _refuse_to_forget(table: str, rows_of_it: str) -> None:
    """An older release can read neither these nor the events that tell of them; `base` removes everything anyway."""
    if context.get_revision_argument() is None:  # base
        return
    rows = sa.table(table, sa.column("event_id"))
    if op.get_bind().execute(sa.select(rows.c.event_id).limit(1)).first() is not None:
        raise SchemaError(
            f"The registry has {rows_of_it}, which an older release cannot read: a downgrade would lose them. "
            "Restore a backup of the database from before the upgrade instead."
        )
