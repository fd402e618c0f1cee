"""The registry's methods on stored bytes."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from os import PathLike
from pathlib import Path

from airflow_provider_registry.artifacts.download import download_artifact
from airflow_provider_registry.artifacts.progress import Progress, default_progress
from airflow_provider_registry.errors import InvalidArtifactError, InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.references import read_version
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.limits import check_flag
from airflow_provider_registry.registry.signatures.acts import verify_version
from airflow_provider_registry.registry.storage.checks import check_bytes, load_manifest
from airflow_provider_registry.registry.storage.gc import Collected, collect
from airflow_provider_registry.registry.storage.root import check_root
from airflow_provider_registry.registry.versions.purged import refuse_purged
from airflow_provider_registry.registry.versions.queries import find_version
from airflow_provider_registry.signing.identity import Identity

GRACE = timedelta(days=1)

_LONGEST_GRACE = timedelta(days=36_500)
_LONGEST_PATH = 4_095  # bytes, as Linux has it; others take less, and say so themselves


class StorageMethods:
    """What a `Registry` does with stored bytes."""

    _core: Core

    def download(
        self,
        version: object,
        destination: str | PathLike[str],
        *,
        model_name: str | None = None,
        verify_signature: object = None,
        progress: Progress | None = None,
    ) -> Path:
        """Bring a version's artifact here, every file checked while it is written.

        Parameters:
            version: a reference, a number with `model_name`, or the mapping that a registration returned.
            destination: a folder that is not there yet, or holds exactly these bytes; a single file comes into it too.
            verify_signature: who must have signed it, as `Registry.verify_signature` takes it; None for nobody.

        Returns:
            the folder.

        Raises:
            PurgedVersionError: retention removed the bytes.
            DigestMismatchError, ArtifactNotFoundError: the stored bytes are not what was registered; nothing is left.
            InvalidSignatureError: nobody of that identity signed these bytes; nothing was fetched.
            MissingExtraError: a signature is asked for, and model-signing is not installed.
            StorageUnavailableError: the store did not answer.
        """
        row = find_version(self._core, read_version(version, model_name))
        refuse_purged(row["model_name"], row)
        if verify_signature is not None:
            verify_version(self._core, row, Identity.read(verify_signature))
        manifest = load_manifest(self._core, row["model_id"], row["digest"])
        began = time.perf_counter()
        folder = download_artifact(
            row["uri"],
            manifest,
            _folder(destination),
            row["pins"],
            s3_client=self._core.s3_client,
            progress=progress or default_progress(),
        )
        self._core.meter.count("bytes_fetched", manifest.size)
        self._core.meter.time("download_duration", time.perf_counter() - began)
        return folder

    def verify_artifact(
        self, version: object, *, model_name: str | None = None, progress: Progress | None = None
    ) -> None:
        """Read every stored byte of a version, and remember that all were right.

        Raises:
            PurgedVersionError: retention removed them.
            DigestMismatchError, ArtifactNotFoundError: naming the file that is not what was registered.
            StorageUnavailableError: the store did not answer.
        """
        check_bytes(self._core, find_version(self._core, read_version(version, model_name)), progress)

    def check_root(self) -> str:
        """Make sure that this registry may store artifacts: the root is its own from now on, and can be written.

        Returns:
            the root.

        Raises:
            RootOwnershipError: the root belongs to another registry.
            InvalidConnectionError: there is no root, or it is no place for artifacts.
            StorageUnavailableError, StorageDeniedError: the store did not answer, or does not let us write.
        """
        return check_root(self._core)

    def gc(self, *, grace: timedelta = GRACE, dry_run: bool = False) -> Collected:
        """Remove bytes under the artifact root that no version refers to and that nobody is writing.

        Metrics that a killed load left behind go too.

        It may be stopped or killed anywhere, for however long: a version that is registered of the same bytes
        meanwhile keeps all of them (`storage.collecting` says how, and what that rests on).

        Parameters:
            grace: leave what is younger.
            dry_run: remove nothing, only say what would go.

        Raises:
            RootOwnershipError: the root belongs to another registry.
        """
        return collect(self._core, _grace(grace), check_flag("dry_run", dry_run))


def _grace(given: object) -> timedelta:
    if not isinstance(given, timedelta) or not timedelta(0) <= given <= _LONGEST_GRACE:
        raise InvalidInputError(
            f"The grace period is {shown(given)}: give a timedelta that is not negative, of at most "
            f"{_LONGEST_GRACE.days:,} days."
        )
    return given


def _folder(destination: object) -> Path:
    """Where a download is wanted, if a file system can have such a path."""
    try:
        named = os.fspath(destination) if isinstance(destination, str | PathLike) else None
        if isinstance(named, str) and "\x00" not in named and len(os.fsencode(named)) <= _LONGEST_PATH:
            return Path(named)
    except UnicodeEncodeError:  # half of a surrogate pair
        pass
    raise InvalidArtifactError(f"The destination must be the path of a folder, not {shown(destination)}.")
