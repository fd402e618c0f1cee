"""The rows of a new version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.registry.caller import PRODUCER_FIELDS, Producer
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.base import Base
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


def keep_environment(core: Core, environment: Mapping[str, Any] | None) -> str | None:
    """Keep a Python environment, once for all versions that were made in it; returns its digest.

    Before the lock and in a transaction of its own: acts on two models that are the first to come from the same
    environment must not wait for each other.
    """
    if not environment:
        return None
    digest = sha256_of(environment)
    if core.first(select(EnvironmentRow.digest).where(EnvironmentRow.digest == digest)) is None:
        row = {"digest": digest, "body": dict(environment)}
        core.write(lambda connection: _insert_once(connection, EnvironmentRow, row))
    return digest


def insert_version(act: Act, number: int, columns: Mapping[str, Any], manifest: Manifest, said: Registration) -> None:
    """Write a version with its manifest, metrics, params, tags and inputs.

    Parameters:
        columns: where its bytes are, what it supersedes, and the digest of its environment.
    """
    artifact = {"model_id": act.model["id"], "digest": manifest.digest, "manifest": manifest.to_bytes()}
    counts = {"size": manifest.size, "file_count": manifest.file_count}
    # Bytes that were there before may not have been read again while they were stored: then nothing is said of them.
    read = _insert_once(act.connection, ArtifactRow, {**artifact, **counts})
    row = {
        "model_id": act.model["id"],
        "version": number,
        "digest": manifest.digest,
        "description": said.description,
        "metadata": dict(said.metadata),
        "training_duration": said.training_duration,
        "created_at": act.at,
        "created_by": act.caller.actor.name,
        **_producer_columns(said.producer),
        **columns,
    }
    table: Any = VersionRow.__table__  # by column: `metadata` is not the attribute's name
    statement = insert(table).values(row).returning(table.c.id)
    version_id = act.connection.execute(statement).scalar_one()
    _insert_details(act, version_id, said)
    if read:
        act.connection.execute(insert(BytesCheckRow).values(version_id=version_id, checked_at=act.at))


def _producer_columns(producer: Producer | None) -> dict[str, Any]:
    if producer is None:
        return {"is_test": False}
    return {name: getattr(producer, name) for name in PRODUCER_FIELDS}


def _insert_once(connection: Connection, table: type[Base], row: Mapping[str, Any]) -> bool:
    """Insert what is named by its own digest, unless it is there: whoever wrote it wrote the same.

    Returns:
        whether it was not there.
    """
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**row).on_conflict_do_nothing()
    return connection.execute(statement.returning(table.__table__.c.digest)).first() is not None


def _insert_details(act: Act, version_id: int, said: Registration) -> None:
    mine = {"version_id": version_id}
    rows: dict[Any, list[dict[str, Any]]] = {
        MetricRow: [{**mine, **_metric_columns(metric)} for metric in said.metrics],
        ParamRow: [{**mine, **head_columns(key, value)} for key, value in said.params.items()],
        TagRow: [{**mine, **head_columns(key, value)} for key, value in said.tags.items()],
        InputRow: [
            {**mine, "position": position, "name": i.name, "uri": i.uri, "digest": i.digest, "rows": i.rows}
            for position, i in enumerate(said.inputs)
        ],
    }
    for table, values in rows.items():
        if values:
            act.connection.execute(insert(table), values)


def head_columns(key: str, value: str) -> dict[str, str]:
    """The columns of a param or a tag."""
    return {"key": key, "value": value, "value_head": value[:VALUE_HEAD]}


def _metric_columns(metric: Metric) -> dict[str, Any]:
    where = {"phase": metric.phase, "dataset": metric.dataset, "slice": metric.slice}
    return {"name": metric.name, "value": metric.value, **where}
