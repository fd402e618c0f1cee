"""Webhooks of models, how delivering to each stands, and what was sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from airflow_provider_registry.errors import SchemaError

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only for INTEGER keys.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STANDS = sa.text("to_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "registry_webhook",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False, comment="What attempts refer to"),
        sa.Column("model_id", BIG_ID, nullable=False, comment="The model whose events it is sent"),
        sa.Column("name", sa.String(length=100), nullable=False, comment="Its name among those of the model"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="sha256 of the canonical body"),
        sa.Column("body", sa.Text(), nullable=False, comment="The webhook, as in a policy file"),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False, comment="When it was set, UTC"),
        sa.Column(
            "to_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was replaced or removed, UTC; empty: it stands",
        ),
        sa.Column("set_by_event", BIG_ID, nullable=False, comment="The event that set it"),
        sa.ForeignKeyConstraint(["model_id"], ["registry_model.id"], name=op.f("fk_registry_webhook_model_id")),
        sa.ForeignKeyConstraint(["set_by_event"], ["registry_event.id"], name=op.f("fk_registry_webhook_set_by_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_webhook")),
        comment="Webhooks of models, former ones included",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_registry_webhook_model_id_name"), "registry_webhook", ["model_id", "name"], unique=False)
    op.create_index(
        "uq_registry_webhook_current",
        "registry_webhook",
        ["model_id", "name"],
        unique=True,
        postgresql_where=STANDS,
        sqlite_where=STANDS,
    )
    op.create_table(
        "registry_webhook_queue",
        sa.Column("model_id", BIG_ID, nullable=False, comment="The model whose events it is sent"),
        sa.Column("name", sa.String(length=100), nullable=False, comment="Name of the webhook"),
        sa.Column(
            "failures", sa.Integer(), nullable=False, comment="Attempts that failed since the last one that did not"
        ),
        sa.Column(
            "failing_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the first of them was made, UTC",
        ),
        sa.Column(
            "next_at", sa.DateTime(timezone=True), nullable=True, comment="When to try again, UTC; empty: at once"
        ),
        sa.Column("lease", sa.String(length=36), nullable=True, comment="Random, known to whoever is delivering"),
        sa.Column(
            "leased_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When that lapses unless renewed, UTC",
        ),
        sa.ForeignKeyConstraint(["model_id"], ["registry_model.id"], name=op.f("fk_registry_webhook_queue_model_id")),
        sa.PrimaryKeyConstraint("model_id", "name", name=op.f("pk_registry_webhook_queue")),
        comment="How delivering to each webhook stands",
    )
    op.create_table(
        "registry_webhook_attempt",
        sa.Column("token", sa.String(length=36), nullable=False, comment="Random, known to who made it"),
        sa.Column("webhook_id", BIG_ID, nullable=False, comment="The webhook"),
        sa.Column("seq", BIG_ID, nullable=False, comment="Place of the event in the model's record"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When it was over, UTC"),
        sa.Column(
            "outcome",
            sa.String(length=64),
            nullable=False,
            comment="delivered; failed; given_up: failed, and not tried again",
        ),
        sa.Column(
            "status", sa.Integer(), nullable=True, comment="HTTP status of the answer; empty where there was none"
        ),
        sa.Column("error", sa.String(length=500), nullable=False, comment="Why it failed; empty where it did not"),
        sa.Column("milliseconds", sa.Integer(), nullable=False, comment="How long it took"),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["registry_webhook.id"], name=op.f("fk_registry_webhook_attempt_webhook_id")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_registry_webhook_attempt")),
        comment="Attempts to deliver events to webhooks",
    )
    op.create_index(op.f("ix_registry_webhook_attempt_at"), "registry_webhook_attempt", ["at"], unique=False)
    op.create_index(
        op.f("ix_registry_webhook_attempt_webhook_id_outcome_at"),
        "registry_webhook_attempt",
        ["webhook_id", "outcome", "at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_registry_webhook_attempt_webhook_id_seq"),
        "registry_webhook_attempt",
        ["webhook_id", "seq"],
        unique=False,
    )


def downgrade() -> None:
    _refuse_to_forget()
    op.drop_table("registry_webhook_attempt")
    op.drop_table("registry_webhook_queue")
    op.drop_table("registry_webhook")


def _refuse_to_forget() -> None:
    """An older release cannot read the events that tell of them; `base` removes everything anyway."""
    if context.get_revision_argument() is None:  # base
        return
    webhooks = sa.table("registry_webhook", sa.column("id"))
    if op.get_bind().execute(sa.select(webhooks.c.id).limit(1)).first() is not None:
        raise SchemaError(
            "There are webhooks, which an older release cannot read: a downgrade would lose them. "
            "Restore a backup of the database from before the upgrade instead."
        )
