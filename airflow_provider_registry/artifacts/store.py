"""What every artifact store can do, and how it lays out what it keeps.

The layout is the same everywhere: `<root>/<model>/<digest>/<files under their own relative names>`, and beside the
folder `<digest>.manifest.json`, which is written last and removed first: where it is, the artifact is whole.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from airflow_provider_registry.artifacts.manifest import Manifest, is_digest
from airflow_provider_registry.artifacts.ownership import Ownership
from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.artifacts.removal import NobodyElse, RemovalRight
from airflow_provider_registry.artifacts.source import LocalSource, Source
from airflow_provider_registry.artifacts.staged import StagedSource
from airflow_provider_registry.errors import InvalidArtifactError, InvalidNameError
from airflow_provider_registry.names import check_model_name

NOBODY_ELSE = NobodyElse()
MANIFEST_SUFFIX = ".manifest.json"


@dataclass(frozen=True, slots=True)
class StoredArtifact:
    """What lies in a store under one model and digest: whole, half-written, or left over from a killed write.

    Attributes:
        model_name: the model's part of the path.
        digest: the digest that the folder is, or was to be, named by.
        modified: when anything of it was last written, UTC.
        size: bytes it takes, as far as the store says cheaply.
        complete: whether its manifest is there, which is written last.
    """

    model_name: str
    digest: str
    modified: datetime
    size: int
    complete: bool = True


class ArtifactStore(ABC):
    """Artifacts under one root, each in a folder named by its digest.

    Attributes:
        root: `file:///absolute/folder` or `s3://bucket/prefix`, without a slash at the end.
    """

    root: str

    def uri(self, model_name: str, digest: str) -> str:
        """Where the artifact lies, or would lie.

        Raises:
            InvalidNameError: where the model's name is not one.
            InvalidArtifactError: where the digest is not one.
        """
        return f"{self.root}/{artifact_path(model_name, digest)}"

    def stage(self, source: LocalSource, model_name: str, progress: Progress | None = None) -> StagedSource:
        """Digest a source for `put`; where the store is on a disk of this host, copy it there in the same pass.

        Nothing is stored by that: no lease guards the copy, and who removes it costs `put` a second pass, no more.
        The root must be this registry's own (`claim`), since the copy lies in it.

        Parameters:
            source: where the bytes come from.
            model_name: the model that the artifact will belong to.
            progress: told of files and bytes as they are done.

        Returns:
            what to give to `put`, and to close afterwards.

        Raises:
            ArtifactPathMissingError: where a file has gone since the scan.
            InvalidArtifactError: where a file cannot be read.
        """
        return StagedSource(source, source.manifest(progress))

    @abstractmethod
    def put(self, source: Source, manifest: Manifest, model_name: str, progress: Progress | None = None) -> str:
        """Store the artifact, and return its URI. Doing it again does only what is missing or wrong.

        Parameters:
            source: where the bytes come from.
            manifest: what they must be; every byte is checked against it on its way.
            model_name: the model that the artifact belongs to.
            progress: told of files and bytes as they are done.

        Raises:
            DigestMismatchError: where the source no longer has the manifest's bytes; nothing is under the final name.
            StorageUnavailableError: where the store did not answer.
            StorageDeniedError: where the store does not allow it.
        """

    @abstractmethod
    def has(self, model_name: str, manifest: Manifest) -> bool:
        """Whether the artifact is there: its manifest, and every file with its size. Contents are not read.

        Raises:
            StorageUnavailableError: where the store did not answer.
        """

    def name_at(self, uri: str, digest: str) -> str | None:
        """The model's part of the URI of an artifact; None where it is not of this root as it is called here."""
        name = uri.removeprefix(f"{self.root}/").removesuffix(f"/{digest}")
        try:
            return name if uri == self.uri(name, digest) else None
        except InvalidNameError:
            return None

    def is_same_place(self, model_name: str, other: str, digest: str) -> bool:
        """Whether what is stored under two models' names lies in one place. In doubt it does."""
        return model_name == other

    @abstractmethod
    def delete(self, model_name: str, digest: str, right: RemovalRight = NOBODY_ELSE) -> int:
        """Remove the artifact and whatever was left over of it; what is not there is no error.

        Nothing is removed that anybody wrote after the right ended, wherever this process stood still or was killed.
        The manifest goes first: an artifact whose removal ended half-way is not whole, and the next removal or the
        next `put` finds it so. A `put` believes nothing that is there without having looked at each file.

        Parameters:
            right: asked before each step; by default nobody else is at work.

        Returns:
            the bytes that this removed.

        Raises:
            LeaseLostError: the right ended meanwhile. What was removed until then was removed in time.
        """

    @abstractmethod
    def artifacts(self) -> Iterator[StoredArtifact]:
        """Everything under the root that is, or was to become, an artifact; once per model and digest."""

    @abstractmethod
    def sweep(self, before: datetime) -> int:
        """Remove what killed writes left beside artifacts (temporary folders, unfinished uploads).

        Unlike `delete` this touches no artifact, so that it may run for digests that are in use.

        Parameters:
            before: only what was last written before this time; anything younger may be a write at work.

        Returns:
            the bytes that this removed, as far as the store says.
        """

    def claim(self, registry_id: str) -> None:
        """Make the root this registry's own. Cheap, and without a write, where it is already.

        Parameters:
            registry_id: 1 to 128 letters, digits, `.`, `_` and `-`.

        Raises:
            RootOwnershipError: naming the registry that owns the root or is claiming it.
        """
        self._ownership().claim(registry_id)

    def owners(self) -> frozenset[str]:
        """The ids of the registries that own the root: none, or one; more only where marks were copied by hand."""
        return self._ownership().owners()

    def check_writable(self, registry_id: str) -> None:
        """Write a claim under the root and take it back, for whoever asks whether the credentials allow it.

        Parameters:
            registry_id: of the registry that owns the root.

        Raises:
            StorageDeniedError: where they do not.
            StorageUnavailableError: where the store did not answer.
        """
        self._ownership().check_writable(registry_id)

    @abstractmethod
    def _ownership(self) -> Ownership:
        """The marks of this root."""


def artifact_path(model_name: str, digest: str) -> str:
    """The path of an artifact below a root: `<model>/<digest>`.

    The names were checked before; they are checked here again because they become a path.
    """
    if not is_digest(digest):
        raise InvalidArtifactError(f"{digest!r} is not a digest: it has 64 lower-case hexadecimal digits.")
    return f"{check_model_name(model_name)}/{digest}"
