"""The bytes of a registration: digested before the lock, stored under a lease, and only then a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike, fspath
from typing import Any

from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.artifacts.reference import ReferencedArtifact, inspect_reference
from airflow_provider_registry.artifacts.source import LocalSource, Source
from airflow_provider_registry.artifacts.staged import StagedSource
from airflow_provider_registry.errors import InvalidArtifactError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.storage.ownership import registry_id
from airflow_provider_registry.registry.versions.tables import Storage

# Bytes. A second pass over less than this takes less time than asking whose the root is.
STAGED_FROM = 64 * 1024 * 1024


@dataclass(frozen=True)
class Bytes:
    """An artifact that has been digested.

    Attributes:
        source: where its bytes are to be copied from; None where they stay where they are.
        reference: where they lie, where they stay.
    """

    manifest: Manifest
    source: Source | None = None
    reference: ReferencedArtifact | None = None

    def close(self) -> None:
        """Remove what was copied beforehand and not stored."""
        if isinstance(self.source, StagedSource):
            self.source.close()

    def columns(self, stored_uri: str) -> dict[str, Any]:
        """The columns of the version that say where the bytes are."""
        if self.reference is None:
            return {"uri": stored_uri, "storage": Storage.MANAGED, "mutable": False, "pins": None}
        pins: Mapping[str, Any] | None = self.reference.pins
        kept = {"uri": self.reference.uri, "storage": Storage.REFERENCE, "mutable": self.reference.mutable}
        return {**kept, "pins": dict(pins) if pins else None}


def digest_artifact(core: Core, artifact: object, *, model_name: str, copy: bool, progress: Progress | None) -> Bytes:
    """Digest what is to be registered, by streaming.

    What is large is copied to the store's disk in the same pass, where it has one here (`ArtifactStore.stage`).

    Parameters:
        model_name: the model that it is for.
        artifact: a path on this host, which is copied; or a URI (`s3://…`, `file:///…`), which stays where it lies.
        copy: copy it also where it is a URI.

    Raises:
        InvalidArtifactError: what cannot be an artifact, by name.
    """
    if not isinstance(artifact, str | PathLike) or str(artifact) in ("", "None"):
        raise InvalidArtifactError(
            f"The artifact must be the path of a file or folder, or a URI, not {shown(artifact)}. A template that "
            "rendered nothing? Check what the upstream task returns."
        )
    location = fspath(artifact)
    if "://" not in location:
        source = LocalSource.scan(location)
        if source.size >= STAGED_FROM:
            core.store.claim(registry_id(core))
            staged = core.store.stage(source, model_name, progress)
            return Bytes(staged.manifest, source=staged)
        return Bytes(source.manifest(progress), source=source)
    found = inspect_reference(location, s3_client=core.s3_client, progress=progress)
    if copy:
        return Bytes(found.manifest, source=found)
    return Bytes(found.manifest, reference=found)
