"""Reading a version's stored bytes again, and remembering that they were right (rule 11)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.artifacts.progress import Progress, default_progress
from airflow_provider_registry.artifacts.reader import verify_artifact
from airflow_provider_registry.errors import ArtifactNotFoundError, DigestMismatchError, StorageUnavailableError
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.clock import now_column, read_clock
from airflow_provider_registry.registry.database.prepared import Ask, Prepared, Row
from airflow_provider_registry.registry.storage.ownership import registry_id
from airflow_provider_registry.registry.versions.purged import refuse_purged
from airflow_provider_registry.registry.versions.tables import ArtifactRow, BytesCheckRow


def check_bytes(core: Core, version: Row, progress: Progress | None = None) -> None:
    """Read every stored byte of a version, and remember that all were right.

    Raises:
        PurgedVersionError: retention removed them.
        DigestMismatchError, ArtifactNotFoundError: they are not what was registered.
        StorageUnavailableError: the store did not answer.
    """
    refuse_purged(version["model_name"], version)
    manifest = load_manifest(core, version["model_id"], version["digest"])
    shown = progress or default_progress()
    try:
        verify_artifact(version["uri"], manifest, version["pins"], s3_client=core.s3_client, progress=shown)
    except ArtifactNotFoundError as error:
        _refuse_empty_root(core, version, error)
        raise
    core.write(lambda batch: _remember(batch.connection, version["id"]))


def check_bytes_unless_fresh(core: Core, version: Row, max_age: timedelta, progress: Progress | None = None) -> None:
    """`check_bytes`, unless a check within `max_age` found them right."""

    def fresh(connection: Connection) -> bool:
        statement = select(BytesCheckRow.checked_at, now_column(connection))
        row = connection.execute(statement.where(BytesCheckRow.version_id == version["id"])).one_or_none()
        return row is not None and timedelta(0) <= row[1] - row[0] <= max_age  # a future check is none

    if not core.read(fresh):
        check_bytes(core, version, progress)


def checked_at(ask: Ask, version_id: int) -> datetime | None:
    """When the bytes were last found right.

    Parameters:
        ask: reads a prepared statement: `Act.rows` or `Core.ask`.
    """
    rows = ask(CHECKED_AT, version_id=version_id)
    return rows[0]["checked_at"] if rows else None


CHECKED_AT = Prepared(
    lambda dialect: select(BytesCheckRow.checked_at).where(BytesCheckRow.version_id == bindparam("version_id"))
)


def load_manifest(core: Core, model_id: int, digest: str) -> Manifest:
    """The manifest, as the database keeps it."""
    row = core.first(select(ArtifactRow.manifest).where(ArtifactRow.model_id == model_id, ArtifactRow.digest == digest))
    assert row is not None, "a foreign key"
    manifest = Manifest.from_bytes(row["manifest"])
    if manifest.digest != digest:
        # Whoever can edit this table could otherwise have other bytes checked against another manifest.
        raise DigestMismatchError(
            f"The manifest that the database keeps for the digest {digest} has the digest {manifest.digest}: it was "
            "edited. The one beside the artifact is the registered one, if its own digest is right.",
            expected=digest,
            actual=manifest.digest,
        )
    return manifest


def _refuse_empty_root(core: Core, version: Row, error: ArtifactNotFoundError) -> None:
    """A disk that is not mounted looks like an empty folder: a root without our mark is away, not robbed of a file.

    Raises:
        StorageUnavailableError: the root does not say that it is ours.
    """
    if core.artifact_root is None or not version["uri"].startswith(f"{core.store.root}/"):
        return
    if registry_id(core) not in core.store.owners():
        raise StorageUnavailableError(
            f"{core.store.root} does not hold what this registry stored there: is the disk mounted? ({error})"
        ) from error


def _remember(connection: Connection, version_id: int) -> None:
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = {"version_id": version_id, "checked_at": read_clock(connection)}
    statement = dialect.insert(BytesCheckRow).values(**row)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["version_id"], set_={"checked_at": row["checked_at"]})
    )
