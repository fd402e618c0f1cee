"""Registering a version: bytes first, under a lease; then, in one act, the row and everything that belongs to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from tenacity import Retrying, retry_if_exception, stop_after_attempt

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import (
    AutoCreateDisabledError,
    InvalidMetadataError,
    LeaseLostError,
    ModelNotFoundError,
)
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import check_model_name, fold
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.batch import Asking
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.models.acts import ensure_model
from airflow_provider_registry.registry.models.queries import find_model
from airflow_provider_registry.registry.storage.leases import LEASE, BeingCollectedError, end_lease, writing
from airflow_provider_registry.registry.storage.ownership import registry_id
from airflow_provider_registry.registry.versions.bytes import Bytes
from airflow_provider_registry.registry.versions.inputs import inputs_digest
from airflow_provider_registry.registry.versions.metadata import check_metadata
from airflow_provider_registry.registry.versions.numbered import has_number
from airflow_provider_registry.registry.versions.queries import registered_view
from airflow_provider_registry.registry.versions.registration import Registration
from airflow_provider_registry.registry.versions.rows import KNOWN_BYTES, bring_back, insert_version, keep_environment
from airflow_provider_registry.registry.versions.tables import VersionRow
from airflow_provider_registry.registry.versions.views import ModelVersion


@dataclass(frozen=True)
class Registered:
    """What a registration led to.

    Attributes:
        number: of the version.
        event: place of the registration in the model's record.
        version: the version, where it was made now; None where the same act had made it before.
    """

    number: int
    event: int
    version: ModelVersion | None = None


def model_to_register(core: Core, name: str, metadata: Mapping[str, Any]) -> Row | None:
    """The row of the model, which takes the metadata; None where it is not there yet, and may be created.

    What a process has read before saves it a trip: its id stays, and its schema counts when it is locked.

    Raises:
        AutoCreateDisabledError: it is not there and may not be created here.
        InvalidMetadataError: the metadata is not as the model's schema asks.
    """
    known = core.known_models.get(fold(check_model_name(name)))
    if known is not None:
        with suppress(InvalidMetadataError):  # the schema may ask for less since
            check_metadata(metadata, known["metadata_schema"])
            return known
    try:
        model = _read(core, name)
    except ModelNotFoundError:
        if core.auto_create:
            return None
        raise AutoCreateDisabledError(
            f"There is no registered model {name!r}, and registrations may not create one here "
            "([model_registry] auto_create = False): create it first with Registry.create_model."
        ) from None
    check_metadata(metadata, model["metadata_schema"])
    return model


def created_model(core: Core, name: str) -> Row:
    """The row of a model that was not there, once its first version is known to be one."""
    ensure_model(core, name)
    return _read(core, name)


def _read(core: Core, name: str) -> Row:
    model = core.known_models[fold(name)] = find_model(core, name)
    return model


def register(
    core: Core,
    model: Row,
    bytes: Bytes,
    said: Registration,
    key: str | None,
    progress: Progress | None,
) -> Registered:
    """Store the bytes and write the version."""
    if bytes.source is None:
        return _write(core, model["name"], bytes, said, key, uri="", lease=None)
    # A lease lapses only where this process stood still for twenty minutes. Bytes that are there still are
    # found and not written again, so that a second time costs little.
    lost = retry_if_exception(lambda error: isinstance(error, LeaseLostError) and not _collected(error))
    again = Retrying(retry=lost, stop=stop_after_attempt(3), reraise=True)
    return again(_store_and_write, core, model, bytes, said, key, progress)


def _collected(error: BaseException) -> bool:
    return isinstance(error, BeingCollectedError)


def _store_and_write(
    core: Core, model: Row, bytes: Bytes, said: Registration, key: str | None, progress: Progress | None
) -> Registered:
    assert bytes.source is not None
    digest = bytes.manifest.digest
    with writing(core, model["id"], digest) as lease:
        core.store.claim(registry_id(core))
        uri = core.store.put(bytes.source, bytes.manifest, model["name"], progress)
        done = _write(core, model["name"], bytes, said, key, uri=uri, lease=lease.token)
        lease.ended = done.version is not None  # a repeat wrote nothing
        if lease.ended:
            core.meter.count("bytes_stored", bytes.manifest.size)
        return done


def _write(
    core: Core, model_name: str, bytes: Bytes, said: Registration, key: str | None, *, uri: str, lease: str | None
) -> Registered:
    environment, digest = keep_environment(core, said.environment), bytes.manifest.digest
    bytes_of_model = {"folded": fold(model_name), "digest": digest}

    def work(act: Act) -> Registered:
        if lease is not None:
            end_lease(act, lease)
        check_metadata(said.metadata, act.model["metadata_schema"])
        number = act.model["last_version"] + 1
        act.changes["last_version"] = number
        superseded = _superseded(act)
        columns = {"version": number, **bytes.columns(uri), "environment_digest": environment}
        columns["supersedes_id"] = superseded["id"] if superseded else None
        payload = _payload(bytes, said, columns, superseded)
        there = act.rows(KNOWN_BYTES, **bytes_of_model)
        if back := bring_back(act, there, uri):
            payload["unpurged"] = back
        row = insert_version(act, columns, bytes.manifest, said, known=bool(there))
        act.record(EventType.VERSION_REGISTERED, payload, version=number, private=said.private())
        version = registered_view(act.model, row, bytes.manifest, said, payload["supersedes"])
        event = act.head["head_seq"]
        return Registered(number, event, replace(version, event=event))

    def repeat(act: Act, event: Row) -> Registered:
        """The version of these bytes that the same act made before; another where retention has removed them since."""
        made = _newest_of(act, event, digest)
        if any(row["version"] == made["version"] for row in act.rows(KNOWN_BYTES, **bytes_of_model)):
            act.again()
            return work(act)
        return Registered(made["version"], made["seq"])

    asked = Asked("register", model_name, sha256_of({"digest": digest}), key=key, producer=said.producer)
    reads: list[Asking] = [(KNOWN_BYTES, bytes_of_model)]
    if lease is not None:
        reads.append((LEASE, {"token": lease}))
    return core.acts.run(asked, work, repeat, ids=[VersionRow], reads=reads)


def _newest_of(act: Act, event: Row, digest: str) -> Row:
    """The last registration of the act's key that was of these bytes: there may be one after the first was purged."""
    same = (row for row in act.earlier if json.loads(row["body"])["payload"]["digest"] == digest)
    return max(same, key=lambda row: row["seq"], default=event)


def _superseded(act: Act) -> Row | None:
    """The version that the same task of the same run made of other bytes before."""
    if not act.earlier:
        return None
    number = act.earlier[-1]["version"]
    same = (VersionRow.model_id == act.model["id"], has_number(number))
    return act.connection.execute(select(VersionRow.id, VersionRow.version).where(*same)).mappings().one()


def _payload(bytes: Bytes, said: Registration, columns: Mapping[str, Any], superseded: Row | None) -> dict[str, Any]:
    return {
        "digest": bytes.manifest.digest,
        "uri": columns["uri"],
        "storage": columns["storage"].value,
        "mutable": columns["mutable"],
        "pins": columns["pins"],
        "size": bytes.manifest.size,
        "file_count": bytes.manifest.file_count,
        "metrics_digest": said.metrics_digest,
        "inputs_digest": inputs_digest(said.inputs),
        "producer": said.producer.as_mapping() if said.producer else None,
        "supersedes": superseded["version"] if superseded else None,
        "environment_digest": columns["environment_digest"],
        "training_duration": said.training_duration,
    }
