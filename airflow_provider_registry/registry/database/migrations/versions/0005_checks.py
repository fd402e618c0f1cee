"""Checks: what somebody's own code found of a version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from airflow_provider_registry.errors import SchemaError

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only for INTEGER keys.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "registry_check",
        sa.Column("event_id", BIG_ID, autoincrement=False, nullable=False, comment="The event, version.checked"),
        sa.Column("version_id", BIG_ID, nullable=False, comment="The version checked"),
        sa.Column(
            "name",
            sa.String(length=255),
            nullable=False,
            comment="Name of the check; the newest outcome of a name counts",
        ),
        sa.Column("passed", sa.Boolean(), nullable=False, comment="What it came to"),
        sa.Column("evidence", sa.Text(), nullable=False, comment="What the check says it found"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="sha256 of name, outcome and evidence"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was recorded, UTC"),
        sa.ForeignKeyConstraint(["event_id"], ["registry_event.id"], name=op.f("fk_registry_check_event_id")),
        sa.ForeignKeyConstraint(["version_id"], ["registry_version.id"], name=op.f("fk_registry_check_version_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_registry_check")),
        comment="Outcomes of checks",
    )
    op.create_index(
        op.f("ix_registry_check_version_id_name_event_id"),
        "registry_check",
        ["version_id", "name", "event_id"],
        unique=False,
    )


def downgrade() -> None:
    _refuse_to_forget()
    op.drop_index(op.f("ix_registry_check_version_id_name_event_id"), table_name="registry_check")
    op.drop_table("registry_check")


def _refuse_to_forget() -> None:
    """An older release can read neither these nor the events that tell of them; `base` removes everything anyway."""
    if context.get_revision_argument() is None:  # base
        return
    rows = sa.table("registry_check", sa.column("event_id"))
    if op.get_bind().execute(sa.select(rows.c.event_id).limit(1)).first() is not None:
        raise SchemaError(
            "There are outcomes of checks, which an older release cannot read: a downgrade would lose them. "
            "Restore a backup of the database from before the upgrade instead."
        )
