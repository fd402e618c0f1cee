"""Scans and signatures of versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from airflow_provider_registry.errors import SchemaError

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only for INTEGER keys.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "registry_scan",
        sa.Column("event_id", BIG_ID, autoincrement=False, nullable=False, comment="The event, version.scanned"),
        sa.Column("version_id", BIG_ID, nullable=False, comment="The version scanned"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="Of the bytes that were scanned"),
        sa.Column(
            "outcome",
            sa.Enum("dangerous", "unknown", "suspicious", "clean", name="scanoutcome", native_enum=False, length=64),
            nullable=False,
            comment="The gravest of the findings; the newest scan counts",
        ),
        sa.Column("scanner", sa.String(length=255), nullable=False, comment="The tool"),
        sa.Column("scanner_version", sa.String(length=255), nullable=False, comment="Its version"),
        sa.Column(
            "rules",
            sa.String(length=255),
            nullable=False,
            comment="Version of this package's own rules beside the tool's",
        ),
        sa.Column("findings", sa.Text(), nullable=False, comment="What was found, each with file, level and what"),
        sa.Column("findings_digest", sa.String(length=64), nullable=False, comment="sha256 of the findings"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was recorded, UTC"),
        sa.ForeignKeyConstraint(["event_id"], ["registry_event.id"], name=op.f("fk_registry_scan_event_id")),
        sa.ForeignKeyConstraint(["version_id"], ["registry_version.id"], name=op.f("fk_registry_scan_version_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_registry_scan")),
        comment="Scans of versions' files",
    )
    op.create_index(
        op.f("ix_registry_scan_version_id_event_id"), "registry_scan", ["version_id", "event_id"], unique=False
    )
    op.create_table(
        "registry_signature",
        sa.Column("event_id", BIG_ID, autoincrement=False, nullable=False, comment="The event, version.signed"),
        sa.Column("version_id", BIG_ID, nullable=False, comment="The version signed"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="Of the bytes that were signed"),
        sa.Column(
            "method",
            sa.Enum("key", "certificate", name="signingmethod", native_enum=False, length=64),
            nullable=False,
            comment="What it was made with: key or certificate",
        ),
        sa.Column("key", sa.String(length=64), nullable=False, comment="sha256 of the public key (DER)"),
        sa.Column(
            "subject",
            sa.String(length=1000),
            nullable=False,
            comment="Of the certificate; empty for a key alone",
        ),
        sa.Column(
            "root",
            sa.String(length=64),
            nullable=False,
            comment="sha256 of the chain's last certificate; empty for a key",
        ),
        sa.Column("public_key", sa.Text(), nullable=False, comment="PEM; the column key is its digest"),
        sa.Column(
            "bundle",
            sa.Text(),
            nullable=False,
            comment="The Sigstore bundle: what model-signing keeps as model.sig",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was recorded, UTC"),
        sa.ForeignKeyConstraint(["event_id"], ["registry_event.id"], name=op.f("fk_registry_signature_event_id")),
        sa.ForeignKeyConstraint(["version_id"], ["registry_version.id"], name=op.f("fk_registry_signature_version_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_registry_signature")),
        comment="Signatures of versions' bytes",
    )
    op.create_index(
        op.f("ix_registry_signature_version_id_event_id"),
        "registry_signature",
        ["version_id", "event_id"],
        unique=False,
    )


def downgrade() -> None:
    _refuse_to_forget()
    op.drop_index(op.f("ix_registry_signature_version_id_event_id"), table_name="registry_signature")
    op.drop_table("registry_signature")
    op.drop_index(op.f("ix_registry_scan_version_id_event_id"), table_name="registry_scan")
    op.drop_table("registry_scan")


def _refuse_to_forget() -> None:
    """An older release can read neither these nor the events that tell of them; `base` removes everything anyway."""
    if context.get_revision_argument() is None:  # base
        return
    for table in ("registry_scan", "registry_signature"):
        rows = sa.table(table, sa.column("event_id"))
        if op.get_bind().execute(sa.select(rows.c.event_id).limit(1)).first() is not None:
            raise SchemaError(
                "There are scans or signatures, which an older release cannot read: a downgrade would lose them. "
                "Restore a backup of the database from before the upgrade instead."
            )
