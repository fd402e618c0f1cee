"""Removing bytes that no version refers to: what crashes and lost races left behind (rule 3)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from airflow_provider_registry.artifacts.store import StoredArtifact
from airflow_provider_registry.errors import InvalidInputError, ModelNotFoundError, RootOwnershipError
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.clock import read_clock
from airflow_provider_registry.registry.database.model_row import lock_model
from airflow_provider_registry.registry.storage.leases import LIFETIME, kept, renew_lease, take_to_collect
from airflow_provider_registry.registry.storage.ownership import registry_id
from airflow_provider_registry.registry.versions.tables import Storage, VersionRow

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Collected:
    """What a garbage collection removed, or would remove.

    Attributes:
        artifacts: that no version refers to.
        unknown: that lie under a name that no model has or had; they are left alone.
        bytes: removed, or that would be.
        dry_run: nothing was removed.
    """

    artifacts: tuple[StoredArtifact, ...]
    unknown: tuple[StoredArtifact, ...]
    bytes: int
    dry_run: bool


def collect(core: Core, grace: timedelta, dry_run: bool) -> Collected:
    """Collect garbage; see `Registry.gc`."""
    if grace < timedelta(0):
        raise InvalidInputError(f"The grace period is {grace}; it may not be negative.")
    _refuse_foreign_root(core)
    now: datetime = core.read(read_clock)
    before = now - grace
    removed: list[StoredArtifact] = []
    unknown: list[StoredArtifact] = []
    bytes = 0
    for artifact in core.store.artifacts():
        if artifact.modified > before:
            continue
        try:
            won = _collect_one(core, artifact, dry_run)
        except ModelNotFoundError:
            where = f"{core.store.root}/{artifact.model_name}"
            log.warning("%s is the name of no model; what lies there is left alone.", where)
            unknown.append(artifact)
            continue
        if won is not None:
            removed.append(artifact)
            bytes += won
    if not dry_run:
        # Temporary files lie beside artifacts that may be in use, and no lease is asked for: what a writer that is
        # alive touched within a lease's lifetime stays, also where the grace period is shorter.
        bytes += core.store.sweep(min(before, now - LIFETIME))
    return Collected(tuple(removed), tuple(unknown), bytes, dry_run)


def _refuse_foreign_root(core: Core) -> None:
    mine = registry_id(core)
    if foreign := sorted(core.store.owners() - {mine}):
        raise RootOwnershipError(
            f"{core.store.root} belongs to the registry {foreign[0]}, and this is {mine}: gc removes only what is its "
            "own. Give each registry a root of its own.",
            foreign[0],
        )


def _collect_one(core: Core, artifact: StoredArtifact, dry_run: bool) -> int | None:
    """The bytes won; None where the artifact is needed."""
    token = _claim(core, artifact, dry_run)
    if token is None:
        return None
    if dry_run:
        return artifact.size
    with kept(core, token):
        # Time may have passed since the lease was taken (a process can be stopped): it must be in force right now.
        if not renew_lease(core, token):
            return None
        won = core.store.delete(artifact.model_name, artifact.digest)
    log.info("Removed %s/%s: %d bytes that no version refers to.", artifact.model_name, artifact.digest, won)
    return won


def _claim(core: Core, artifact: StoredArtifact, dry_run: bool) -> str | None:
    """The lease to remove an artifact, taken under the lock of its model; None where it is needed."""

    def claim(connection: Connection) -> str | None:
        model = lock_model(connection, artifact.model_name)
        if _is_referred_to(connection, model["id"], artifact.digest):
            return None
        token = take_to_collect(connection, model["id"], artifact.digest)
        if dry_run:
            connection.rollback()
        return token

    return core.write(claim)


def _is_referred_to(connection: Connection, model_id: int, digest: str) -> bool:
    """Whether a version has these bytes. Not by URI: the same root may be mounted elsewhere on another host."""
    mine = (VersionRow.model_id == model_id, VersionRow.digest == digest, VersionRow.storage == Storage.MANAGED)
    return connection.execute(select(VersionRow.id).where(*mine).limit(1)).first() is not None
