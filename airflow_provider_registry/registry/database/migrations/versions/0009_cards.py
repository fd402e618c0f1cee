"""Model cards: what people write of a version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from airflow_provider_registry.errors import SchemaError

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only for INTEGER keys.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "registry_card",
        sa.Column("event_id", BIG_ID, autoincrement=False, nullable=False, comment="The event, version.card_set"),
        sa.Column("version_id", BIG_ID, nullable=False, comment="The version it is of"),
        sa.Column(
            "revision", sa.Integer(), nullable=False, comment="1, 2, 3, … without gaps, per version; the newest counts"
        ),
        sa.Column("text", sa.Text(), nullable=False, comment="Markdown as it was given; empty once erased"),
        sa.Column("front_matter", sa.Text(), nullable=False, comment="The metadata at the top of the text"),
        sa.Column("sections", sa.Text(), nullable=False, comment="Keys of the sections that say something"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="sha256 of text, metadata and sections"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was set, UTC"),
        sa.ForeignKeyConstraint(["event_id"], ["registry_event.id"], name=op.f("fk_registry_card_event_id")),
        sa.ForeignKeyConstraint(["version_id"], ["registry_version.id"], name=op.f("fk_registry_card_version_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_registry_card")),
        sa.UniqueConstraint("version_id", "revision", name=op.f("uq_registry_card_version_id_revision")),
        comment="What people wrote of versions",
    )


def downgrade() -> None:
    _refuse_to_forget()
    op.drop_table("registry_card")


def _refuse_to_forget() -> None:
    """An older release can read neither these nor the events that tell of them; `base` removes everything anyway."""
    if context.get_revision_argument() is None:  # base
        return
    rows = sa.table("registry_card", sa.column("event_id"))
    if op.get_bind().execute(sa.select(rows.c.event_id).limit(1)).first() is not None:
        raise SchemaError(
            "There are model cards, which an older release cannot read: a downgrade would lose them. "
            "Restore a backup of the database from before the upgrade instead."
        )
