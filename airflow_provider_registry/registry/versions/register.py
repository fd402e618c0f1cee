"""Registering a version: bytes first, under a lease; then, in one act, the row and everything that belongs to it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from tenacity import Retrying, retry_if_exception, stop_after_attempt

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import AutoCreateDisabledError, LeaseLostError, ModelNotFoundError
from airflow_provider_registry.names import check_model_name
from airflow_provider_registry.registry.caller import Asked, Producer
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.models.acts import ensure_model
from airflow_provider_registry.registry.models.queries import find_model
from airflow_provider_registry.registry.record.events import EventType
from airflow_provider_registry.registry.storage.leases import BeingCollectedError, end_lease, writing
from airflow_provider_registry.registry.storage.ownership import registry_id
from airflow_provider_registry.registry.versions.bytes import Bytes
from airflow_provider_registry.registry.versions.metadata import check_metadata
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

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Registered:
    """What a registration led to.

    Attributes:
        version: number of the version.
        repeated: the same act had made it before.
    """

    version: int
    repeated: bool


def model_to_register(core: Core, name: str) -> RowMapping:
    """The row of the model, which is created where it is not there and may be.

    Raises:
        AutoCreateDisabledError: it is not there and may not be created here.
    """
    check_model_name(name)
    try:
        return find_model(core, name)
    except ModelNotFoundError:
        if not core.auto_create:
            raise AutoCreateDisabledError(
                f"There is no registered model {name!r}, and registrations may not create one here "
                "([model_registry] auto_create = False): create it first with Registry.create_model."
            ) from None
    ensure_model(core, name)
    return find_model(core, name)


def register(
    core: Core,
    model: RowMapping,
    bytes: Bytes,
    said: Registration,
    key: str | None,
    progress: Progress | None,
) -> Registered:
    """Store the bytes and write the version."""
    # A lease lapses only where this process stood still for a quarter of an hour. Bytes that are there still are
    # found and not written again, so that a second time costs little.
    lost = retry_if_exception(lambda error: isinstance(error, LeaseLostError) and not _collected(error))
    again = Retrying(retry=lost, stop=stop_after_attempt(3), reraise=True)
    return again(_store_and_write, core, model, bytes, said, key, progress)


def _collected(error: BaseException) -> bool:
    return isinstance(error, BeingCollectedError)


def _store_and_write(
    core: Core, model: RowMapping, bytes: Bytes, said: Registration, key: str | None, progress: Progress | None
) -> Registered:
    if bytes.source is None:
        return _write(core, model["name"], bytes, said, key, uri="", lease=None)
    digest = bytes.manifest.digest
    with writing(core, model["id"], digest) as lease:
        core.store.claim(registry_id(core))
        uri = core.store.put(bytes.source, bytes.manifest, model["name"], progress)
        return _write(core, model["name"], bytes, said, key, uri=uri, lease=lease)


def _write(
    core: Core, model_name: str, bytes: Bytes, said: Registration, key: str | None, *, uri: str, lease: str | None
) -> Registered:
    digest = bytes.manifest.digest

    def work(act: Act) -> Registered:
        if lease is not None:
            end_lease(act.connection, lease)
        check_metadata(said.metadata, act.model["metadata_schema"])
        number = act.model["last_version"] + 1
        act.changes["last_version"] = number
        superseded = _superseded(act)
        version_id = _insert_version(act, number, bytes, said, uri, superseded)
        _insert_details(act, version_id, said)
        payload = _payload(bytes, said, uri, superseded)
        act.record(EventType.VERSION_REGISTERED, payload, version=number, private=said.private_digests())
        return Registered(number, repeated=False)

    def repeat(act: Act, event: RowMapping) -> Registered:
        return Registered(event["version"], repeated=True)

    asked = Asked("register", model_name, sha256_of({"digest": digest}), key=key, producer=said.producer)
    return core.acts.run(asked, work, repeat)


def _superseded(act: Act) -> RowMapping | None:
    """The version that the same task of the same run made of other bytes before."""
    if not act.earlier:
        return None
    number = act.earlier[-1]["version"]
    same = (VersionRow.model_id == act.model["id"], VersionRow.version == number)
    return act.connection.execute(select(VersionRow.id, VersionRow.version).where(*same)).mappings().one()


def _insert_version(
    act: Act, number: int, bytes: Bytes, said: Registration, uri: str, superseded: RowMapping | None
) -> int:
    manifest = bytes.manifest
    artifact = {"digest": manifest.digest, "manifest": manifest.to_bytes(), "size": manifest.size}
    _insert_once(act, ArtifactRow.__table__, {**artifact, "file_count": manifest.file_count})
    environment = sha256_of(said.environment) if said.environment else None
    if environment:
        _insert_once(act, EnvironmentRow.__table__, {"digest": environment, "body": said.environment})
    row = {
        "model_id": act.model["id"],
        "version": number,
        "digest": manifest.digest,
        **bytes.columns(uri),
        "description": said.description,
        "metadata": dict(said.metadata),
        "environment_digest": environment,
        "training_duration": said.training_duration,
        "supersedes_id": superseded["id"] if superseded else None,
        "created_at": act.at,
        "created_by": act.caller.actor.name,
        **_producer_columns(said.producer),
    }
    table: Any = VersionRow.__table__  # by column: `metadata` is not the attribute's name
    statement = insert(table).values(row).returning(table.c.id)
    return int(act.connection.execute(statement).scalar_one())


def _producer_columns(producer: Producer | None) -> dict[str, Any]:
    if producer is None:
        return {"is_test": False}
    return {name: getattr(producer, name) for name in producer.__dataclass_fields__}


def _insert_once(act: Act, table: Any, row: Mapping[str, Any]) -> None:
    """Insert what is named by its own digest, unless it is there: whoever wrote it wrote the same."""
    dialect = postgresql if act.connection.dialect.name == "postgresql" else sqlite
    assert isinstance(table, Table)
    act.connection.execute(dialect.insert(table).values(**row).on_conflict_do_nothing())


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
        BytesCheckRow: [{**mine, "checked_at": act.at}],
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


def _payload(bytes: Bytes, said: Registration, uri: str, superseded: RowMapping | None) -> dict[str, Any]:
    columns = bytes.columns(uri)
    return {
        "digest": bytes.manifest.digest,
        "uri": columns["uri"],
        "storage": columns["storage"].value,
        "mutable": columns["mutable"],
        "pins": columns["pins"],
        "size": bytes.manifest.size,
        "file_count": bytes.manifest.file_count,
        "metrics_digest": said.metrics_digest,
        "inputs_digest": sha256_of([[i.name, i.uri, i.digest, i.rows] for i in said.inputs]),
        "producer": said.producer.as_mapping() if said.producer else None,
        "supersedes": superseded["version"] if superseded else None,
    }
