"""Reviews of what holds aliases; retention, and the versions whose bytes it removed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from airflow_provider_registry.errors import SchemaError

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only for INTEGER keys.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REVIEWED = sa.text("review_every IS NOT NULL AND to_at IS NULL")


def upgrade() -> None:
    op.add_column(
        "registry_policy",
        sa.Column(
            "review_every",
            sa.Integer(),
            nullable=True,
            comment="Seconds after which what holds the alias is due for review; empty: never",
        ),
    )
    op.create_index(
        "ix_registry_policy_reviewed",
        "registry_policy",
        ["alias_id"],
        unique=False,
        postgresql_where=REVIEWED,
        sqlite_where=REVIEWED,
    )
    op.create_table(
        "registry_review",
        sa.Column("event_id", BIG_ID, autoincrement=False, nullable=False, comment="The event, alias.reviewed"),
        sa.Column(
            "assignment_id", BIG_ID, nullable=False, comment="What was looked at: a version that held an alias then"
        ),
        sa.Column("outcome", sa.String(length=64), nullable=False, comment="keep, replace or retire"),
        sa.Column(
            "role",
            sa.String(length=255),
            nullable=False,
            comment="The role of the policy in which; empty: it asks for none",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was recorded, UTC"),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["registry_assignment.id"], name=op.f("fk_registry_review_assignment_id")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["registry_event.id"], name=op.f("fk_registry_review_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_registry_review")),
        comment="Reviews of what holds aliases",
    )
    op.create_index(
        op.f("ix_registry_review_assignment_id_event_id"),
        "registry_review",
        ["assignment_id", "event_id"],
        unique=False,
    )
    op.add_column(
        "registry_model",
        sa.Column(
            "retention",
            sa.Text(),
            nullable=True,
            comment="Which versions are kept, archived and purged, as in a policy file; empty: all are kept",
        ),
    )
    op.add_column(
        "registry_version",
        sa.Column(
            "purged_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When retention removed its bytes, UTC; empty: they are there",
        ),
    )


def downgrade() -> None:
    _refuse_to_forget()
    with op.batch_alter_table("registry_version") as version:
        version.drop_column("purged_at")
    with op.batch_alter_table("registry_model") as model:
        model.drop_column("retention")
    op.drop_index(op.f("ix_registry_review_assignment_id_event_id"), table_name="registry_review")
    op.drop_table("registry_review")
    op.drop_index("ix_registry_policy_reviewed", table_name="registry_policy")
    with op.batch_alter_table("registry_policy") as policy:
        policy.drop_column("review_every")


def _refuse_to_forget() -> None:
    """An older release can read neither these nor the events that tell of them; `base` removes everything anyway."""
    if context.get_revision_argument() is None:  # base
        return
    for table, column, what in (
        ("registry_policy", "review_every", "policies that ask for reviews"),
        ("registry_review", "event_id", "reviews"),
        ("registry_model", "retention", "models with a retention"),
        ("registry_version", "purged_at", "versions without bytes"),
    ):
        rows = sa.table(table, sa.column(column))
        there = sa.select(rows.c[column]).where(rows.c[column].is_not(None)).limit(1)
        if op.get_bind().execute(there).first() is not None:
            raise SchemaError(
                f"There are {what}, which an older release cannot read: a downgrade would lose them. "
                "Restore a backup of the database from before the upgrade instead."
            )
