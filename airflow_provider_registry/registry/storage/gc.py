"""Removing bytes that no version refers to: what crashes and lost races left behind (rule 3)."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from airflow_provider_registry.artifacts.store import StoredArtifact
from airflow_provider_registry.errors import (
    InvalidInputError,
    LeaseLostError,
    ModelNotFoundError,
    RootOwnershipError,
)
from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.batch import Batch
from airflow_provider_registry.registry.database.clock import read_clock
from airflow_provider_registry.registry.database.model_row import lock_model
from airflow_provider_registry.registry.metrics.remnants import remove_left_behind
from airflow_provider_registry.registry.models.queries import model_id_of
from airflow_provider_registry.registry.models.tables import ModelNameRow
from airflow_provider_registry.registry.storage.checks import load_manifest
from airflow_provider_registry.registry.storage.collecting import CollectLease
from airflow_provider_registry.registry.storage.leases import (
    LIFETIME,
    Lease,
    drop_lapsed,
    kept,
    new_token,
    take_to_collect,
)
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
        loads: loads of metrics that nobody published.
        stopped: whose removal was given up on the way, because this process stood still for so long that somebody
            else may be storing the same bytes. What is left and not wanted is for the next collection.
    """

    artifacts: tuple[StoredArtifact, ...]
    unknown: tuple[StoredArtifact, ...]
    bytes: int
    dry_run: bool
    stopped: tuple[StoredArtifact, ...] = ()
    loads: int = 0


def collect(core: Core, grace: timedelta, dry_run: bool) -> Collected:
    """Collect garbage; see `Registry.gc`."""
    if grace < timedelta(0):
        raise InvalidInputError(f"The grace period is {grace}; it may not be negative.")
    refuse_foreign_root(core)
    now: datetime = core.read(read_clock)
    before = now - grace
    removed: list[StoredArtifact] = []
    unknown: list[StoredArtifact] = []
    stopped: list[StoredArtifact] = []
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
        except LeaseLostError as error:
            log.warning("%s/%s: %s", artifact.model_name, artifact.digest, error)
            stopped.append(artifact)
            continue
        if won is not None:
            removed.append(artifact)
            bytes += won
    if not dry_run:
        # Temporary files lie beside artifacts that may be in use, and no lease is asked for: what a writer that is
        # alive touched within a lease's lifetime stays, also where the grace period is shorter.
        bytes += core.store.sweep(min(before, now - LIFETIME))
        drop_lapsed(core)
    loads = remove_left_behind(core, before=before, dry_run=dry_run)
    return Collected(tuple(removed), tuple(unknown), bytes, dry_run, tuple(stopped), loads)


def collect_purged(
    core: Core, model_name: str | None, also: Collection[tuple[int, str]], dry_run: bool
) -> dict[int, int]:
    """Remove the bytes of purged versions, whenever they were purged; gives the bytes won by the id of the model.

    They have had their grace in the archive, so that their age does not count.

    Parameters:
        model_name: of this model alone.
        also: models and digests that are counted as if they were purged, where this is a dry run.
    """
    won: dict[int, int] = {}
    purged = _purged(core, model_name)
    ids = {folded: model_id for model_id, folded in _names(core)}
    for artifact in core.store.artifacts() if purged or also else ():
        model_id = ids.get(fold(artifact.model_name), 0)
        if (model_id, artifact.digest) in also:
            bytes: int | None = artifact.size
        elif (model_id, artifact.digest) in purged:
            bytes = _collect_purged_one(core, artifact, dry_run)
        else:
            continue
        won[model_id] = won.get(model_id, 0) + (bytes or 0)
    return won


def _collect_purged_one(core: Core, artifact: StoredArtifact, dry_run: bool) -> int | None:
    try:
        return _collect_one(core, artifact, dry_run)
    except LeaseLostError as error:
        log.warning("%s/%s: %s", artifact.model_name, artifact.digest, error)
        return None


def _purged(core: Core, model_name: str | None) -> set[tuple[int, str]]:
    """The models and digests of purged versions."""
    statement = select(VersionRow.model_id, VersionRow.digest).where(VersionRow.purged_at.is_not(None)).distinct()
    if model_name is not None:
        statement = statement.where(VersionRow.model_id == model_id_of(core, model_name))
    return {(row["model_id"], row["digest"]) for row in core.rows(statement)}


def _names(core: Core) -> Iterator[tuple[int, str]]:
    for row in core.rows(select(ModelNameRow.model_id, ModelNameRow.folded)):
        yield row["model_id"], row["folded"]


def refuse_foreign_root(core: Core) -> None:
    """Go on only where the root is this registry's own.

    Raises:
        RootOwnershipError: it belongs to another.
    """
    mine = registry_id(core)
    if foreign := sorted(core.store.owners() - {mine}):
        raise RootOwnershipError(
            f"{core.store.root} belongs to the registry {foreign[0]}, and this is {mine}: gc removes only what is its "
            "own. Give each registry a root of its own.",
            foreign[0],
        )


def _collect_one(core: Core, artifact: StoredArtifact, dry_run: bool) -> int | None:
    """The bytes won; None where the artifact is needed.

    Raises:
        LeaseLostError: the removal was given up on the way.
    """
    claimed = _claim(core, artifact, dry_run)
    if claimed is None:
        return None
    if dry_run:
        return artifact.size if _others_are_whole(core, artifact, claimed) else None
    with kept(core, Lease(claimed.lease.token)):
        if not _others_are_whole(core, artifact, claimed):
            return None
        won = core.store.delete(artifact.model_name, artifact.digest, claimed.lease)
    log.info("Removed %s/%s: %d bytes that no version refers to.", artifact.model_name, artifact.digest, won)
    return won


@dataclass(frozen=True)
class _Claimed:
    """What may be removed, and the names under which versions of the same model have the same bytes."""

    lease: CollectLease
    others: frozenset[str]


def _claim(core: Core, artifact: StoredArtifact, dry_run: bool) -> _Claimed | None:
    """The lease to remove an artifact, taken under the lock of its model; None where it is needed."""
    token = new_token()

    def claim(batch: Batch) -> _Claimed | None:
        connection = batch.connection
        model = lock_model(connection, artifact.model_name)
        others = _names_of_others(core, connection, model["id"], artifact)
        if others is None or _is_referred_to(core, connection, artifact):
            return None
        taken = take_to_collect(connection, model["id"], artifact.digest, token)
        if dry_run:
            connection.rollback()
        return _Claimed(CollectLease(core, model["id"], token), others) if taken else None

    return core.write(claim)


def _names_of_others(
    core: Core, connection: Connection, model_id: int, artifact: StoredArtifact
) -> frozenset[str] | None:
    """The names under which versions of the model have these bytes in other places; None where one has them here.

    Purged versions have none. A model that was renamed has places under each of its names. Where a version's URI is not
    of this root, its bytes may be here all the same: one root can be mounted here and there.
    """
    mine = (
        VersionRow.model_id == model_id,
        VersionRow.digest == artifact.digest,
        VersionRow.purged_at.is_(None),
    )
    statement = select(VersionRow.uri).where(*mine, VersionRow.storage == Storage.MANAGED).distinct()
    names = set()
    for uri in connection.execute(statement).scalars():
        name = core.store.name_at(uri, artifact.digest)
        if name is None or core.store.is_same_place(name, artifact.model_name, artifact.digest):
            return None
        names.add(name)
    return frozenset(names)


def _is_referred_to(core: Core, connection: Connection, artifact: StoredArtifact) -> bool:
    """Whether a version of any model has these bytes by reference to this place, or to the one file in it."""
    here = core.store.uri(artifact.model_name, artifact.digest)
    same = (VersionRow.digest == artifact.digest, VersionRow.storage == Storage.REFERENCE)
    uris = connection.execute(select(VersionRow.uri).where(*same).distinct()).scalars()
    return any(uri == here or uri.startswith(f"{here}/") for uri in uris)


def _others_are_whole(core: Core, artifact: StoredArtifact, claimed: _Claimed) -> bool:
    """Whether the bytes are where versions say. If not, people may have moved them, and these are the last."""
    for name in sorted(claimed.others):
        manifest = load_manifest(core, claimed.lease.model_id, artifact.digest)
        if not core.store.has(name, manifest):
            place = core.store.uri(name, artifact.digest)
            log.warning("%s is damaged or gone, so its copy under %s stays.", place, artifact.model_name)
            return False
    return True
