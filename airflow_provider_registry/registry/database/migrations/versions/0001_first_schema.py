"""The registry's first schema."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only for INTEGER keys.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "registry_environment",
        sa.Column("digest", sa.String(length=64), nullable=False, comment="sha256 of the canonical description"),
        sa.Column("body", sa.Text(), nullable=False, comment="Interpreter and installed distributions"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_registry_environment")),
        comment="Python environments by digest",
    )
    op.create_table(
        "registry_identity",
        sa.Column("id", sa.Integer(), nullable=False, comment="Always 1"),
        sa.Column(
            "registry_id", sa.String(length=36), nullable=False, comment="A random UUID, made by the first migration"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the schema was made, UTC"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_identity")),
        comment="Which registry this is: one row",
    )
    op.create_table(
        "registry_model",
        sa.Column(
            "id", BIG_ID, autoincrement=True, nullable=False, comment="What everything else refers to; never a name"
        ),
        sa.Column(
            "name",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
            comment="The current name, as written at creation or the last rename",
        ),
        sa.Column("team", sa.String(length=255), nullable=True, comment="The team that owns the model"),
        sa.Column("description", sa.Text(), nullable=False, comment="Free text, Markdown"),
        sa.Column(
            "metadata_schema",
            sa.Text(),
            nullable=True,
            comment="JSON Schema 2020-12 that the metadata of every new version must satisfy",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the model was created, UTC"),
        sa.Column(
            "created_by", sa.String(length=512), nullable=False, comment="Who created the model, as shown to people"
        ),
        sa.Column("last_version", sa.Integer(), nullable=False, comment="The highest version number given out"),
        sa.Column("head_seq", BIG_ID, nullable=False, comment="Number of events in the model's record"),
        sa.Column(
            "head_hash", sa.String(length=64), nullable=False, comment="Hash of the last event: a cut tail shows"
        ),
        sa.Column(
            "head_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Time of the last event; the next one is later",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_model")),
        comment="Registered models",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_registry_model_created_at"), "registry_model", ["created_at"], unique=False)
    op.create_index(op.f("ix_registry_model_name"), "registry_model", ["name"], unique=False)
    op.create_index(op.f("ix_registry_model_team"), "registry_model", ["team"], unique=False)

    op.create_table(
        "registry_alias",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False, comment="What assignments and policies refer to"),
        sa.Column("model_id", BIG_ID, nullable=False, comment="The model it belongs to"),
        sa.Column("name", sa.String(length=255), nullable=False, comment="The name as first written"),
        sa.Column("folded", sa.String(length=255), nullable=False, comment="The name as compared: regardless of case"),
        sa.ForeignKeyConstraint(["model_id"], ["registry_model.id"], name=op.f("fk_registry_alias_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_alias")),
        sa.UniqueConstraint("model_id", "folded", name=op.f("uq_registry_alias_model_id_folded")),
        sa.UniqueConstraint("model_id", "id", name=op.f("uq_registry_alias_model_id_id")),
        comment="Aliases",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_registry_alias_folded"), "registry_alias", ["folded"], unique=False)

    op.create_table(
        "registry_artifact",
        sa.Column("model_id", BIG_ID, autoincrement=False, nullable=False, comment="The model they belong to"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="sha256 of the canonical manifest"),
        sa.Column(
            "manifest", sa.LargeBinary(), nullable=False, comment="The canonical manifest: path, size, sha256 of each"
        ),
        sa.Column("size", BIG_ID, nullable=False, comment="Sum of the files' sizes, in bytes"),
        sa.Column("file_count", sa.Integer(), nullable=False, comment="Number of files"),
        sa.ForeignKeyConstraint(["model_id"], ["registry_model.id"], name=op.f("fk_registry_artifact_model_id")),
        sa.PrimaryKeyConstraint("model_id", "digest", name=op.f("pk_registry_artifact")),
        comment="Manifests by model and digest",
    )
    op.create_table(
        "registry_event",
        sa.Column(
            "id",
            BIG_ID,
            autoincrement=True,
            nullable=False,
            comment="Order over all models; taken before commit, so it may have gaps",
        ),
        sa.Column("model_id", BIG_ID, nullable=False, comment="The model whose record this is"),
        sa.Column("seq", BIG_ID, nullable=False, comment="Place in the model's record, from 1, without gaps"),
        sa.Column("type", sa.String(length=64), nullable=False, comment="What happened, as subject.act"),
        sa.Column(
            "at", sa.DateTime(timezone=True), nullable=False, comment="When, UTC; later than the event before it"
        ),
        sa.Column("version", sa.Integer(), nullable=True, comment="Number of the version concerned"),
        sa.Column("alias", sa.String(length=255), nullable=True, comment="The alias concerned"),
        sa.Column(
            "act_key", sa.String(length=64), nullable=False, comment="Who did what where: the same again is a repeat"
        ),
        sa.Column("fingerprint", sa.String(length=64), nullable=False, comment="Digest of the inputs of the act"),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="The canonical bytes (RFC 8785) that were hashed"),
        sa.Column(
            "hash",
            sa.String(length=64),
            nullable=False,
            comment="sha256 of body, which holds the hash of the event before",
        ),
        sa.Column(
            "private",
            sa.LargeBinary(),
            nullable=True,
            comment="Free text and persons, as canonical JSON; empty once erased",
        ),
        sa.Column(
            "private_key",
            sa.LargeBinary(length=32),
            nullable=True,
            comment="Key of the digest by which body holds private; erased with it",
        ),
        sa.ForeignKeyConstraint(["model_id"], ["registry_model.id"], name=op.f("fk_registry_event_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_event")),
        sa.UniqueConstraint("act_key", "fingerprint", name=op.f("uq_registry_event_act_key_fingerprint")),
        sa.UniqueConstraint("model_id", "seq", name=op.f("uq_registry_event_model_id_seq")),
        comment="The record: one event an act, append-only",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_registry_event_at"), "registry_event", ["at"], unique=False)
    op.create_index(op.f("ix_registry_event_type"), "registry_event", ["type"], unique=False)

    op.create_table(
        "registry_lease",
        sa.Column("token", sa.String(length=36), nullable=False, comment="Random, known to the holder"),
        sa.Column("model_id", BIG_ID, nullable=False, comment="The model under whose name they lie"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="The artifact's digest"),
        sa.Column(
            "purpose",
            sa.String(length=64),
            nullable=False,
            comment="write: a registration; collect: gc is removing them",
        ),
        sa.Column(
            "expires_at", sa.DateTime(timezone=True), nullable=False, comment="When it lapses unless renewed, UTC"
        ),
        sa.ForeignKeyConstraint(["model_id"], ["registry_model.id"], name=op.f("fk_registry_lease_model_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_registry_lease")),
        comment="Guards on bytes that are being written or removed",
    )
    op.create_index(op.f("ix_registry_lease_model_id_digest"), "registry_lease", ["model_id", "digest"], unique=False)

    op.create_table(
        "registry_model_name",
        sa.Column("folded", sa.String(length=255), nullable=False, comment="The name as compared: regardless of case"),
        sa.Column("name", sa.String(length=255), nullable=False, comment="The name as written"),
        sa.Column("model_id", BIG_ID, nullable=False, comment="Whose name it is"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False, comment="When the model took this name, UTC"),
        sa.ForeignKeyConstraint(["model_id"], ["registry_model.id"], name=op.f("fk_registry_model_name_model_id")),
        sa.PrimaryKeyConstraint("folded", name=op.f("pk_registry_model_name")),
        comment="Names of registered models, former ones included",
    )
    op.create_index(op.f("ix_registry_model_name_model_id"), "registry_model_name", ["model_id"], unique=False)

    op.create_table(
        "registry_policy",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False, comment="What gate reports refer to"),
        sa.Column("alias_id", BIG_ID, nullable=False, comment="The alias it protects"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="sha256 of the canonical policy"),
        sa.Column("body", sa.Text(), nullable=False, comment="The policy, as in a policy file"),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False, comment="When it was set, UTC"),
        sa.Column(
            "to_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was replaced or removed, UTC; empty: it holds",
        ),
        sa.Column("set_by_event", BIG_ID, nullable=False, comment="The event that set it"),
        sa.ForeignKeyConstraint(["alias_id"], ["registry_alias.id"], name=op.f("fk_registry_policy_alias_id")),
        sa.ForeignKeyConstraint(["set_by_event"], ["registry_event.id"], name=op.f("fk_registry_policy_set_by_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_policy")),
        sa.UniqueConstraint("alias_id", "from_at", name=op.f("uq_registry_policy_alias_id_from_at")),
        comment="Policies of protected aliases, former ones included",
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_registry_policy_current",
        "registry_policy",
        ["alias_id"],
        unique=True,
        postgresql_where=sa.text("to_at IS NULL"),
        sqlite_where=sa.text("to_at IS NULL"),
    )

    op.create_table(
        "registry_version",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False, comment="What everything else refers to"),
        sa.Column("model_id", BIG_ID, nullable=False, comment="The model it is a version of"),
        sa.Column("version", sa.Integer(), nullable=False, comment="1, 2, 3, … without gaps, per model"),
        sa.Column(
            "digest", sa.String(length=64), nullable=False, comment="sha256 of the artifact's canonical manifest"
        ),
        sa.Column("uri", sa.Text(), nullable=False, comment="Where the artifact lies"),
        sa.Column(
            "storage",
            sa.String(length=64),
            nullable=False,
            comment="managed: under the artifact root; reference: where it lay",
        ),
        sa.Column(
            "mutable", sa.Boolean(), nullable=False, comment="Others could change the bytes; barred from policies"
        ),
        sa.Column("pins", sa.Text(), nullable=True, comment="S3 version ids and ETags of a reference"),
        sa.Column("description", sa.Text(), nullable=False, comment="Free text, Markdown"),
        sa.Column("metadata", sa.Text(), nullable=False, comment="What the model's metadata_schema asks"),
        sa.Column(
            "environment_digest", sa.String(length=64), nullable=True, comment="The Python environment it was made in"
        ),
        sa.Column("training_duration", sa.Double(), nullable=True, comment="Seconds of training"),
        sa.Column("code_revision", sa.String(length=255), nullable=True, comment="Revision of the code that made it"),
        sa.Column(
            "supersedes_id", BIG_ID, nullable=True, comment="Version that the same task of the same run made before"
        ),
        sa.Column("is_test", sa.Boolean(), nullable=False, comment="Made by `airflow dags test`"),
        sa.Column("instance_id", sa.String(length=255), nullable=True, comment="Airflow instance of the producer"),
        sa.Column("dag_id", sa.String(length=255), nullable=True, comment="Dag of the producer"),
        sa.Column("run_id", sa.String(length=255), nullable=True, comment="Dag run of the producer"),
        sa.Column("task_id", sa.String(length=255), nullable=True, comment="Task of the producer"),
        sa.Column(
            "map_index", sa.Integer(), nullable=True, comment="Index of the mapped task; -1 where it is not mapped"
        ),
        sa.Column("try_number", sa.Integer(), nullable=True, comment="Try that made it"),
        sa.Column("run_type", sa.String(length=64), nullable=True, comment="scheduled, manual, backfill, …"),
        sa.Column("logical_date", sa.DateTime(timezone=True), nullable=True, comment="Logical date of the run, UTC"),
        sa.Column(
            "data_interval_start", sa.DateTime(timezone=True), nullable=True, comment="Begin of the run's data, UTC"
        ),
        sa.Column(
            "data_interval_end",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="End of the run's data, UTC, exclusive",
        ),
        sa.Column("dag_version", sa.String(length=255), nullable=True, comment="Version of the Dag"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was registered, UTC"),
        sa.Column("created_by", sa.String(length=512), nullable=False, comment="Who registered it, as shown to people"),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True, comment="When it was archived, UTC"),
        sa.ForeignKeyConstraint(
            ["environment_digest"], ["registry_environment.digest"], name=op.f("fk_registry_version_environment_digest")
        ),
        sa.ForeignKeyConstraint(
            ["model_id", "digest"],
            ["registry_artifact.model_id", "registry_artifact.digest"],
            name=op.f("fk_registry_version_model_id_digest"),
        ),
        sa.ForeignKeyConstraint(["model_id"], ["registry_model.id"], name=op.f("fk_registry_version_model_id")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["registry_version.id"], name=op.f("fk_registry_version_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_version")),
        sa.UniqueConstraint("model_id", "id", name=op.f("uq_registry_version_model_id_id")),
        sa.UniqueConstraint("model_id", "version", name=op.f("uq_registry_version_model_id_version")),
        comment="Model versions",
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_registry_version_archived",
        "registry_version",
        ["archived_at"],
        unique=False,
        postgresql_where=sa.text("archived_at IS NOT NULL"),
        sqlite_where=sa.text("archived_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_registry_version_created_at_id"), "registry_version", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_registry_version_created_by"), "registry_version", ["created_by"], unique=False)
    op.create_index(
        op.f("ix_registry_version_dag_id_run_id_task_id"),
        "registry_version",
        ["dag_id", "run_id", "task_id"],
        unique=False,
    )
    op.create_index(op.f("ix_registry_version_digest"), "registry_version", ["digest"], unique=False)
    op.create_index(
        op.f("ix_registry_version_model_id_created_at_id"),
        "registry_version",
        ["model_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_registry_version_model_id_digest"), "registry_version", ["model_id", "digest"], unique=False
    )
    op.create_index(op.f("ix_registry_version_run_id"), "registry_version", ["run_id"], unique=False)
    op.create_index(op.f("ix_registry_version_task_id"), "registry_version", ["task_id"], unique=False)
    op.create_index(op.f("ix_registry_version_version_id"), "registry_version", ["version", "id"], unique=False)

    op.create_table(
        "registry_assignment",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False, comment="What gate reports name as their baseline"),
        sa.Column("model_id", BIG_ID, nullable=False, comment="The model of both"),
        sa.Column("alias_id", BIG_ID, nullable=False, comment="The alias"),
        sa.Column("version_id", BIG_ID, nullable=False, comment="The version that held it"),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False, comment="Since when, UTC, inclusive"),
        sa.Column(
            "to_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Until when, UTC, exclusive; empty: it holds it now",
        ),
        sa.Column("previous_id", BIG_ID, nullable=True, comment="Where a rollback goes: the assignment it displaced"),
        sa.Column("set_by_event", BIG_ID, nullable=False, comment="The event that set it"),
        sa.Column("ended_by_event", BIG_ID, nullable=True, comment="The event that ended it"),
        sa.ForeignKeyConstraint(
            ["ended_by_event"], ["registry_event.id"], name=op.f("fk_registry_assignment_ended_by_event")
        ),
        sa.ForeignKeyConstraint(
            ["model_id", "alias_id"],
            ["registry_alias.model_id", "registry_alias.id"],
            name=op.f("fk_registry_assignment_model_id_alias_id"),
        ),
        sa.ForeignKeyConstraint(
            ["model_id", "version_id"],
            ["registry_version.model_id", "registry_version.id"],
            name=op.f("fk_registry_assignment_model_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["registry_assignment.id"], name=op.f("fk_registry_assignment_previous_id")
        ),
        sa.ForeignKeyConstraint(
            ["set_by_event"], ["registry_event.id"], name=op.f("fk_registry_assignment_set_by_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_assignment")),
        sa.UniqueConstraint("alias_id", "from_at", name=op.f("uq_registry_assignment_alias_id_from_at")),
        comment="Which version held which alias when",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_registry_assignment_set_by_event"), "registry_assignment", ["set_by_event"], unique=False)
    op.create_index(
        op.f("ix_registry_assignment_version_id_alias_id"),
        "registry_assignment",
        ["version_id", "alias_id"],
        unique=False,
    )
    op.create_index(
        "uq_registry_assignment_holder",
        "registry_assignment",
        ["alias_id"],
        unique=True,
        postgresql_where=sa.text("to_at IS NULL"),
        sqlite_where=sa.text("to_at IS NULL"),
    )

    op.create_table(
        "registry_bytes_check",
        sa.Column("version_id", BIG_ID, nullable=False, comment="The version checked"),
        sa.Column(
            "checked_at", sa.DateTime(timezone=True), nullable=False, comment="When every byte was read and right, UTC"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["registry_version.id"], name=op.f("fk_registry_bytes_check_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_registry_bytes_check")),
        comment="Last successful check of each version's bytes",
    )
    op.create_table(
        "registry_input",
        sa.Column("version_id", BIG_ID, nullable=False, comment="The version trained on it"),
        sa.Column("position", sa.Integer(), nullable=False, comment="Order as registered, from 0"),
        sa.Column("name", sa.String(length=255), nullable=False, comment="Name of the dataset"),
        sa.Column("uri", sa.Text(), nullable=False, comment="Where it lies"),
        sa.Column("digest", sa.String(length=255), nullable=False, comment="Digest of its bytes, as the user gave it"),
        sa.Column("rows", BIG_ID, nullable=True, comment="Number of rows"),
        sa.ForeignKeyConstraint(["version_id"], ["registry_version.id"], name=op.f("fk_registry_input_version_id")),
        sa.PrimaryKeyConstraint("version_id", "position", name=op.f("pk_registry_input")),
        comment="Datasets that versions were trained on",
    )
    op.create_index(op.f("ix_registry_input_name_version_id"), "registry_input", ["name", "version_id"], unique=False)

    op.create_table(
        "registry_metric",
        sa.Column("version_id", BIG_ID, nullable=False, comment="The version measured"),
        sa.Column("name", sa.String(length=255), nullable=False, comment="Name of the metric"),
        sa.Column("phase", sa.String(length=64), nullable=False, comment="training, validation or production"),
        sa.Column("dataset", sa.String(length=255), nullable=False, comment="Where it was measured; empty: not said"),
        sa.Column(
            "slice", sa.String(length=255), nullable=False, comment="Part of the data, key=value,…; empty: all of it"
        ),
        sa.Column("value", sa.Double(), nullable=False, comment="A finite number"),
        sa.ForeignKeyConstraint(["version_id"], ["registry_version.id"], name=op.f("fk_registry_metric_version_id")),
        sa.PrimaryKeyConstraint("version_id", "name", "phase", "dataset", "slice", name=op.f("pk_registry_metric")),
        comment="Metrics as registered",
    )
    op.create_index(
        op.f("ix_registry_metric_name_phase_dataset_slice_value_version_id"),
        "registry_metric",
        ["name", "phase", "dataset", "slice", "value", "version_id"],
        unique=False,
    )

    op.create_table(
        "registry_param",
        sa.Column("version_id", BIG_ID, nullable=False, comment="The version trained with it"),
        sa.Column("key", sa.String(length=255), nullable=False, comment="Name of the parameter"),
        sa.Column("value", sa.Text(), nullable=False, comment="Its value, as text"),
        sa.Column(
            "value_head", sa.String(length=128), nullable=False, comment="The first characters of value, for the index"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["registry_version.id"], name=op.f("fk_registry_param_version_id")),
        sa.PrimaryKeyConstraint("version_id", "key", name=op.f("pk_registry_param")),
        comment="Parameters as registered",
    )
    op.create_index(
        op.f("ix_registry_param_key_value_head_version_id"),
        "registry_param",
        ["key", "value_head", "version_id"],
        unique=False,
    )

    op.create_table(
        "registry_tag",
        sa.Column("version_id", BIG_ID, nullable=False, comment="The version tagged"),
        sa.Column("key", sa.String(length=255), nullable=False, comment="Name of the tag"),
        sa.Column("value", sa.Text(), nullable=False, comment="Its value"),
        sa.Column(
            "value_head", sa.String(length=128), nullable=False, comment="The first characters of value, for the index"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["registry_version.id"], name=op.f("fk_registry_tag_version_id")),
        sa.PrimaryKeyConstraint("version_id", "key", name=op.f("pk_registry_tag")),
        comment="Tags",
    )
    op.create_index(
        op.f("ix_registry_tag_key_value_head_version_id"),
        "registry_tag",
        ["key", "value_head", "version_id"],
        unique=False,
    )

    op.create_table(
        "registry_gate_report",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False, comment="What requests will refer to"),
        sa.Column("version_id", BIG_ID, nullable=False, comment="The candidate"),
        sa.Column("alias_id", BIG_ID, nullable=False, comment="The alias it wants"),
        sa.Column("policy_id", BIG_ID, nullable=False, comment="The policy whose gates they are"),
        sa.Column(
            "baseline_assignment_id",
            BIG_ID,
            nullable=True,
            comment="Assignment of the baseline; empty: nothing ever held the alias",
        ),
        sa.Column(
            "metrics_digest", sa.String(length=64), nullable=False, comment="sha256 of the metric rows that were read"
        ),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="sha256 of the report"),
        sa.Column("passed", sa.Boolean(), nullable=False, comment="Whether no gate blocks"),
        sa.Column("body", sa.Text(), nullable=False, comment="Every gate with its numbers and verdict"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was stored, UTC"),
        sa.Column("event_id", BIG_ID, nullable=False, comment="The event it came with"),
        sa.ForeignKeyConstraint(["alias_id"], ["registry_alias.id"], name=op.f("fk_registry_gate_report_alias_id")),
        sa.ForeignKeyConstraint(
            ["baseline_assignment_id"],
            ["registry_assignment.id"],
            name=op.f("fk_registry_gate_report_baseline_assignment_id"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["registry_event.id"], name=op.f("fk_registry_gate_report_event_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["registry_policy.id"], name=op.f("fk_registry_gate_report_policy_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["registry_version.id"], name=op.f("fk_registry_gate_report_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_gate_report")),
        comment="Gate reports",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_registry_gate_report_event_id"), "registry_gate_report", ["event_id"], unique=False)
    op.create_index(
        op.f("ix_registry_gate_report_version_id_alias_id_id"),
        "registry_gate_report",
        ["version_id", "alias_id", "id"],
        unique=False,
    )

    identity = sa.table(
        "registry_identity",
        sa.column("id"),
        sa.column("registry_id"),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )
    now = datetime.now(UTC)
    op.execute(identity.insert().values(id=1, registry_id=str(uuid.uuid4()), created_at=now))


def downgrade() -> None:
    op.drop_index(op.f("ix_registry_gate_report_version_id_alias_id_id"), table_name="registry_gate_report")
    op.drop_index(op.f("ix_registry_gate_report_event_id"), table_name="registry_gate_report")

    op.drop_table("registry_gate_report")
    op.drop_index(op.f("ix_registry_tag_key_value_head_version_id"), table_name="registry_tag")

    op.drop_table("registry_tag")
    op.drop_index(op.f("ix_registry_param_key_value_head_version_id"), table_name="registry_param")

    op.drop_table("registry_param")
    op.drop_index(op.f("ix_registry_metric_name_phase_dataset_slice_value_version_id"), table_name="registry_metric")

    op.drop_table("registry_metric")
    op.drop_index(op.f("ix_registry_input_name_version_id"), table_name="registry_input")

    op.drop_table("registry_input")
    op.drop_table("registry_bytes_check")
    op.drop_index(
        "uq_registry_assignment_holder",
        table_name="registry_assignment",
        postgresql_where=sa.text("to_at IS NULL"),
        sqlite_where=sa.text("to_at IS NULL"),
    )
    op.drop_index(op.f("ix_registry_assignment_version_id_alias_id"), table_name="registry_assignment")
    op.drop_index(op.f("ix_registry_assignment_set_by_event"), table_name="registry_assignment")

    op.drop_table("registry_assignment")
    op.drop_index(op.f("ix_registry_version_version_id"), table_name="registry_version")
    op.drop_index(op.f("ix_registry_version_task_id"), table_name="registry_version")
    op.drop_index(op.f("ix_registry_version_run_id"), table_name="registry_version")
    op.drop_index(op.f("ix_registry_version_model_id_digest"), table_name="registry_version")
    op.drop_index(op.f("ix_registry_version_model_id_created_at_id"), table_name="registry_version")
    op.drop_index(op.f("ix_registry_version_digest"), table_name="registry_version")
    op.drop_index(op.f("ix_registry_version_dag_id_run_id_task_id"), table_name="registry_version")
    op.drop_index(op.f("ix_registry_version_created_by"), table_name="registry_version")
    op.drop_index(op.f("ix_registry_version_created_at_id"), table_name="registry_version")
    op.drop_index(
        "ix_registry_version_archived",
        table_name="registry_version",
        postgresql_where=sa.text("archived_at IS NOT NULL"),
        sqlite_where=sa.text("archived_at IS NOT NULL"),
    )

    op.drop_table("registry_version")
    op.drop_index(
        "uq_registry_policy_current",
        table_name="registry_policy",
        postgresql_where=sa.text("to_at IS NULL"),
        sqlite_where=sa.text("to_at IS NULL"),
    )

    op.drop_table("registry_policy")
    op.drop_index(op.f("ix_registry_model_name_model_id"), table_name="registry_model_name")

    op.drop_table("registry_model_name")
    op.drop_index(op.f("ix_registry_lease_model_id_digest"), table_name="registry_lease")

    op.drop_table("registry_lease")
    op.drop_index(op.f("ix_registry_event_type"), table_name="registry_event")
    op.drop_index(op.f("ix_registry_event_at"), table_name="registry_event")

    op.drop_table("registry_event")
    op.drop_table("registry_artifact")
    op.drop_index(op.f("ix_registry_alias_folded"), table_name="registry_alias")

    op.drop_table("registry_alias")
    op.drop_index(op.f("ix_registry_model_team"), table_name="registry_model")
    op.drop_index(op.f("ix_registry_model_name"), table_name="registry_model")
    op.drop_index(op.f("ix_registry_model_created_at"), table_name="registry_model")

    op.drop_table("registry_model")
    op.drop_table("registry_identity")
    op.drop_table("registry_environment")
