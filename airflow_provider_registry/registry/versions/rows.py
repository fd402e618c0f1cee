"""The rows of a new version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.registry.caller import PRODUCER_FIELDS, Producer
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.base import Base
from airflow_provider_registry.registry.database.prepared import Insertions, Prepared, Row, insertion
from airflow_provider_registry.registry.models.tables import ModelNameRow
from airflow_provider_registry.registry.versions.environment import Environment
from airflow_provider_registry.registry.versions.metrics import Metric
from airflow_provider_registry.registry.versions.registration import Registration
from airflow_provider_registry.registry.versions.tables import (
    VALUE_HEAD,
    ArtifactRow,
    BytesCheckRow,
    EnvironmentRow,
    InputRow,
    MetricRow,
    ParamRow,
    TagRow,
    VersionRow,
)


def keep_environment(core: Core, environment: Environment | None) -> str | None:
    """Keep a Python environment, once for all versions that were made in it; returns its digest.

    Before the lock and in a transaction of its own: acts on two models that are the first to come from the same
    environment must not wait for each other.
    """
    if environment is None:
        return None
    digest = environment.digest
    if digest not in core.known_environments:
        if core.first(select(EnvironmentRow.digest).where(EnvironmentRow.digest == digest)) is None:
            row = {"digest": digest, "body": dict(environment.body)}
            core.write(lambda batch: _insert_once(batch.connection, EnvironmentRow, row))
        core.known_environments.add(digest)
    return digest


_PURGED = and_(
    VersionRow.model_id == ArtifactRow.model_id,
    VersionRow.digest == ArtifactRow.digest,
    VersionRow.purged_at.is_not(None),
)

# Whether the bytes of a model are known, and which versions lost them to retention; read under its lock.
KNOWN_BYTES = Prepared(
    lambda dialect: (
        select(ArtifactRow.digest, VersionRow.id, VersionRow.version, VersionRow.uri)
        .join(ModelNameRow, ModelNameRow.model_id == ArtifactRow.model_id)
        .outerjoin(VersionRow, _PURGED)
        .where(ModelNameRow.folded == bindparam("folded"), ArtifactRow.digest == bindparam("digest"))
    )
)


def bring_back(act: Act, there: Sequence[Row], uri: str) -> list[int]:
    """Take the mark from the versions that were purged and have their bytes again; gives their numbers.

    Parameters:
        there: what `KNOWN_BYTES` found.
        uri: where the bytes lie now: those of a version under the model's former name lay elsewhere.
    """
    back = {row["id"]: row["version"] for row in there if row["id"] is not None and row["uri"] == uri}
    if back:
        act.connection.execute(update(VersionRow).where(VersionRow.id.in_(back)).values(purged_at=None))
    return sorted(back.values())


def insert_version(act: Act, columns: Mapping[str, Any], manifest: Manifest, said: Registration, *, known: bool) -> Row:
    """Write a version with its manifest, metrics, params, tags and inputs.

    Parameters:
        columns: its number, where its bytes are, what it supersedes, and the digest of its environment.
        known: whether the model has its bytes already (`KNOWN_BYTES`).

    Returns:
        the version's row.
    """
    if not known:
        artifact = {"model_id": act.model["id"], "digest": manifest.digest, "manifest": manifest.to_bytes()}
        act.batch.write(_ARTIFACT, **artifact, size=manifest.size, file_count=manifest.file_count)
    row = {
        **_EMPTY,
        "id": act.ids[VersionRow],
        "model_id": act.model["id"],
        "digest": manifest.digest,
        "description": said.description,
        "metadata": dict(said.metadata),
        "training_duration": said.training_duration,
        "created_at": act.at,
        "created_by": act.caller.actor.name,
        **_producer_columns(said.producer),
        **columns,
    }
    act.batch.write(_VERSION, **row)
    _insert_details(act, said)
    # Bytes that were there before may not have been read again while they were stored: then nothing is said of them.
    if not known:
        act.batch.write(_BYTES_CHECK, version_id=row["id"], checked_at=act.at)
    return row


def _producer_columns(producer: Producer | None) -> dict[str, Any]:
    if producer is None:
        return {"is_test": False}
    return {name: getattr(producer, name) for name in PRODUCER_FIELDS}


def _insert_once(connection: Connection, table: type[Base], row: Mapping[str, Any]) -> None:
    """Insert what is named by its own digest, unless it is there: whoever wrote it wrote the same."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(table).values(**row).on_conflict_do_nothing())


def _insert_details(act: Act, said: Registration) -> None:
    mine = {"version_id": act.ids[VersionRow]}
    rows: dict[Insertions, list[Mapping[str, Any]]] = {
        _METRICS: [_metric_columns(metric) for metric in said.metrics],
        _PARAMS: [head_columns(key, value) for key, value in said.params.items()],
        _TAGS: [head_columns(key, value) for key, value in said.tags.items()],
        _INPUTS: [
            {"position": position, "name": i.name, "uri": i.uri, "digest": i.digest, "rows": i.rows}
            for position, i in enumerate(said.inputs)
        ],
    }
    for statement, values in rows.items():
        act.batch.write_rows(statement, mine, values)


def head_columns(key: str, value: str) -> dict[str, str]:
    """The columns of a param or a tag."""
    return {"key": key, "value": value, "value_head": value[:VALUE_HEAD]}


def _metric_columns(metric: Metric) -> dict[str, Any]:
    where = {"phase": metric.phase, "dataset": metric.dataset, "slice": metric.slice}
    return {"name": metric.name, "value": metric.value, **where}


_EMPTY = dict.fromkeys(column.key for column in VersionRow.__table__.columns)
_ARTIFACT = insertion(ArtifactRow)
_VERSION = insertion(VersionRow)
_BYTES_CHECK = insertion(BytesCheckRow)
_MINE = ("version_id",)
_METRICS = Insertions(MetricRow, _MINE, ("name", "phase", "dataset", "slice", "value"))
_PARAMS = Insertions(ParamRow, _MINE, ("key", "value", "value_head"))
_TAGS = Insertions(TagRow, _MINE, ("key", "value", "value_head"))
_INPUTS = Insertions(InputRow, _MINE, ("position", "name", "uri", "digest", "rows"))
