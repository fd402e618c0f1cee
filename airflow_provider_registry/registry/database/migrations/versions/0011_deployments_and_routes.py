"""Deployments, and routes: which version runs where, and which challengers stand beside the holder of an alias."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from airflow_provider_registry.errors import SchemaError

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only for INTEGER keys.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_OPEN = sa.text("to_at IS NULL")


def upgrade() -> None:
    _create_deployments()
    _create_routes()


def _create_deployments() -> None:
    op.create_table(
        "registry_deployment",
        sa.Column("event_id", BIG_ID, autoincrement=False, nullable=False, comment="The event, deployment.recorded"),
        sa.Column("model_id", BIG_ID, nullable=False, comment="The model of both versions"),
        sa.Column("environment", sa.String(length=255), nullable=False, comment="Such as production"),
        sa.Column(
            "target",
            sa.String(length=255),
            nullable=False,
            comment="A place in the environment that runs one version at a time",
        ),
        sa.Column(
            "desired", sa.String(length=64), nullable=True, comment="What the target should do; empty: nobody said"
        ),
        sa.Column("desired_version_id", BIG_ID, nullable=True, comment="With which version"),
        sa.Column("actual", sa.String(length=64), nullable=True, comment="What the target does; empty: nobody said"),
        sa.Column("actual_version_id", BIG_ID, nullable=True, comment="With which version"),
        sa.Column("url", sa.Text(), nullable=True, comment="Where the target answers; empty: nobody said, or erased"),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False, comment="Since when, UTC, inclusive"),
        sa.Column(
            "to_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Until when, UTC, exclusive; empty: it stands so now",
        ),
        sa.Column("ended_by_event", BIG_ID, nullable=True, comment="The event that ended it"),
        sa.ForeignKeyConstraint(["model_id"], ["registry_model.id"], name=op.f("fk_registry_deployment_model_id")),
        sa.ForeignKeyConstraint(
            ["model_id", "desired_version_id"],
            ["registry_version.model_id", "registry_version.id"],
            name=op.f("fk_registry_deployment_model_id_desired_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["model_id", "actual_version_id"],
            ["registry_version.model_id", "registry_version.id"],
            name=op.f("fk_registry_deployment_model_id_actual_version_id"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["registry_event.id"], name=op.f("fk_registry_deployment_event_id")),
        sa.ForeignKeyConstraint(
            ["ended_by_event"], ["registry_event.id"], name=op.f("fk_registry_deployment_ended_by_event")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_registry_deployment")),
        sa.UniqueConstraint(
            "model_id",
            "environment",
            "target",
            "from_at",
            name=op.f("uq_registry_deployment_model_id_environment_target_from_at"),
        ),
        comment="Which version ran where, and which should have",
    )
    op.create_index(
        "uq_registry_deployment_target",
        "registry_deployment",
        ["model_id", "environment", "target"],
        unique=True,
        postgresql_where=IS_OPEN,
        sqlite_where=IS_OPEN,
    )


def _create_routes() -> None:
    op.create_table(
        "registry_route",
        sa.Column("event_id", BIG_ID, autoincrement=False, nullable=False, comment="The event, alias.routed"),
        sa.Column("model_id", BIG_ID, nullable=False, comment="The model of both"),
        sa.Column("alias_id", BIG_ID, nullable=False, comment="The alias"),
        sa.Column("version_id", BIG_ID, nullable=False, comment="The challenger"),
        sa.Column("kind", sa.String(length=64), nullable=False, comment="A share of the traffic, or a copy of it"),
        sa.Column("share", sa.Integer(), nullable=False, comment="In hundredths of a percent; 0 for a copy"),
        sa.Column(
            "buckets", sa.Text(), nullable=False, comment="The ranges of keys that are its own, of 10,000 in all"
        ),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False, comment="Since when, UTC, inclusive"),
        sa.Column(
            "to_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Until when, UTC, exclusive; empty: it has it now",
        ),
        sa.Column("ended_by_event", BIG_ID, nullable=True, comment="The event that ended it"),
        sa.ForeignKeyConstraint(
            ["model_id", "version_id"],
            ["registry_version.model_id", "registry_version.id"],
            name=op.f("fk_registry_route_model_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["model_id", "alias_id"],
            ["registry_alias.model_id", "registry_alias.id"],
            name=op.f("fk_registry_route_model_id_alias_id"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["registry_event.id"], name=op.f("fk_registry_route_event_id")),
        sa.ForeignKeyConstraint(
            ["ended_by_event"], ["registry_event.id"], name=op.f("fk_registry_route_ended_by_event")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_registry_route")),
        sa.UniqueConstraint(
            "alias_id", "version_id", "from_at", name=op.f("uq_registry_route_alias_id_version_id_from_at")
        ),
        comment="Which challenger had which share of an alias when",
    )
    op.create_index(
        op.f("ix_registry_route_version_id_alias_id"), "registry_route", ["version_id", "alias_id"], unique=False
    )
    op.create_index(
        "uq_registry_route_open",
        "registry_route",
        ["alias_id", "version_id"],
        unique=True,
        postgresql_where=IS_OPEN,
        sqlite_where=IS_OPEN,
    )


def downgrade() -> None:
    _refuse_to_forget()
    op.drop_table("registry_route")
    op.drop_table("registry_deployment")


def _refuse_to_forget() -> None:
    """An older release can read neither these nor the events that tell of them; `base` removes everything anyway."""
    if context.get_revision_argument() is None:  # base
        return
    for name, what in (("registry_route", "routes"), ("registry_deployment", "deployments")):
        rows = sa.table(name, sa.column("event_id"))
        if op.get_bind().execute(sa.select(rows.c.event_id).limit(1)).first() is not None:
            raise SchemaError(
                f"There are {what}, which an older release cannot read: a downgrade would lose them. "
                "Restore a backup of the database from before the upgrade instead."
            )
