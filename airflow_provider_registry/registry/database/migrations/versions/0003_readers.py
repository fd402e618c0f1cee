"""How far readers of the record have come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only for INTEGER keys.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "registry_reader",
        sa.Column("reader", sa.String(length=255), nullable=False, comment="What reads, under a name of its own"),
        sa.Column("model_id", BIG_ID, nullable=False, comment="The model whose record it reads"),
        sa.Column(
            "seq", BIG_ID, nullable=False, comment="Place of the last event that it has done with; it only grows"
        ),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False, comment="When it came there, UTC"),
        sa.ForeignKeyConstraint(["model_id"], ["registry_model.id"], name=op.f("fk_registry_reader_model_id")),
        sa.PrimaryKeyConstraint("reader", "model_id", name=op.f("pk_registry_reader")),
        comment="How far readers of the record have come, by model",
    )
    op.create_index(op.f("ix_registry_reader_model_id"), "registry_reader", ["model_id"], unique=False)


def downgrade() -> None:
    op.drop_table("registry_reader")
