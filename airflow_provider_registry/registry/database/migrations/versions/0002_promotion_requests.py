"""Promotion requests, the decisions on them, and overrides."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from airflow_provider_registry.errors import SchemaError

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only for INTEGER keys.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_PENDING = sa.text("state IN ('open', 'approved')")


def upgrade() -> None:
    op.add_column(
        "registry_model",
        sa.Column(
            "pending_requests",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="How many promotion requests are not final: acts look for them if any",
        ),
    )
    op.create_table(
        "registry_request",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False, comment="The event that opened it"),
        sa.Column("model_id", BIG_ID, nullable=False, comment="The model of both"),
        sa.Column("version_id", BIG_ID, nullable=False, comment="The version that wants the alias"),
        sa.Column("alias_id", BIG_ID, nullable=False, comment="The alias it wants"),
        sa.Column("report_id", BIG_ID, nullable=False, comment="The gate report that people look at"),
        sa.Column(
            "state",
            sa.String(length=64),
            nullable=False,
            comment="How it stands; its expiry is computed from expires_at",
        ),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False, comment="When it was opened, UTC"),
        sa.Column(
            "expires_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="From when on it is expired, UTC; empty: never",
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="When it came to a final state, UTC"),
        sa.Column("ended_by_event", BIG_ID, nullable=True, comment="The event that ended it"),
        sa.ForeignKeyConstraint(
            ["ended_by_event"], ["registry_event.id"], name=op.f("fk_registry_request_ended_by_event")
        ),
        sa.ForeignKeyConstraint(["id"], ["registry_event.id"], name=op.f("fk_registry_request_id")),
        sa.ForeignKeyConstraint(
            ["model_id", "alias_id"],
            ["registry_alias.model_id", "registry_alias.id"],
            name=op.f("fk_registry_request_model_id_alias_id"),
        ),
        sa.ForeignKeyConstraint(
            ["model_id", "version_id"],
            ["registry_version.model_id", "registry_version.id"],
            name=op.f("fk_registry_request_model_id_version_id"),
        ),
        sa.ForeignKeyConstraint(["model_id"], ["registry_model.id"], name=op.f("fk_registry_request_model_id")),
        sa.ForeignKeyConstraint(["report_id"], ["registry_gate_report.id"], name=op.f("fk_registry_request_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_request")),
        comment="Promotion requests",
    )
    op.create_index(
        op.f("ix_registry_request_model_id_state_id"), "registry_request", ["model_id", "state", "id"], unique=False
    )
    op.create_index(op.f("ix_registry_request_state_id"), "registry_request", ["state", "id"], unique=False)
    op.create_index(
        op.f("ix_registry_request_version_id_alias_id_id"),
        "registry_request",
        ["version_id", "alias_id", "id"],
        unique=False,
    )
    op.create_index(
        "uq_registry_request_pending",
        "registry_request",
        ["alias_id", "version_id"],
        unique=True,
        postgresql_where=IS_PENDING,
        sqlite_where=IS_PENDING,
    )
    op.create_table(
        "registry_decision",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False, comment="In the order in which they were made"),
        sa.Column("request_id", BIG_ID, nullable=False, comment="The request decided on"),
        sa.Column(
            "role", sa.String(length=255), nullable=False, comment="The role of the policy in which the person decided"
        ),
        sa.Column("verdict", sa.String(length=64), nullable=False, comment="approve or reject"),
        sa.Column(
            "report_digest",
            sa.String(length=64),
            nullable=False,
            comment="sha256 of the gate report that the request had",
        ),
        sa.Column("event_id", BIG_ID, nullable=False, comment="The event, which holds person and comment"),
        sa.ForeignKeyConstraint(["event_id"], ["registry_event.id"], name=op.f("fk_registry_decision_event_id")),
        sa.ForeignKeyConstraint(["request_id"], ["registry_request.id"], name=op.f("fk_registry_decision_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_decision")),
        sa.UniqueConstraint("event_id", name=op.f("uq_registry_decision_event_id")),
        comment="Decisions on promotion requests",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_registry_decision_request_id_id"), "registry_decision", ["request_id", "id"], unique=False)
    op.create_table(
        "registry_override",
        sa.Column("event_id", BIG_ID, autoincrement=False, nullable=False, comment="The event, alias.overridden"),
        sa.ForeignKeyConstraint(["event_id"], ["registry_event.id"], name=op.f("fk_registry_override_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_registry_override")),
        comment="Acts that went past a policy",
    )


def downgrade() -> None:
    _refuse_to_forget()
    op.drop_table("registry_override")
    op.drop_table("registry_decision")
    op.drop_table("registry_request")
    with op.batch_alter_table("registry_model") as model:
        model.drop_column("pending_requests")


def _refuse_to_forget() -> None:
    """An older release can read neither these nor the events that tell of them; `base` removes everything anyway."""
    if context.get_revision_argument() is None:  # base
        return
    for table, column, what in (
        ("registry_request", "id", "promotion requests"),
        ("registry_override", "event_id", "overrides"),
    ):
        rows = sa.table(table, sa.column(column))
        if op.get_bind().execute(sa.select(rows.c[column]).limit(1)).first() is not None:
            raise SchemaError(
                f"There are {what}, which an older release cannot read: a downgrade would lose them. "
                "Restore a backup of the database from before the upgrade instead."
            )
