"""The registry's methods on scans."""

from __future__ import annotations

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.references import read_version
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.limits import check_seconds
from airflow_provider_registry.registry.scans.acts import scan_version
from airflow_provider_registry.registry.scans.queries import OF_VERSION, view
from airflow_provider_registry.registry.scans.views import RecordedScan
from airflow_provider_registry.registry.versions.queries import find_version

SCAN_TIMEOUT = 600.0


class ScanMethods:
    """What a `Registry` does with scans."""

    _core: Core

    def scan(
        self,
        version: object,
        *,
        model_name: str | None = None,
        timeout: float = SCAN_TIMEOUT,
        key: str | None = None,
        progress: Progress | None = None,
    ) -> RecordedScan:
        """Look for pickles that run code in a version's files, without loading any, and keep what was found.

        A gate `scan: pickle` reads the newest scan of exactly this version. A gate report that read an older one no
        longer counts, and a pending promotion request whose policy asks for a scan is invalidated.

        The files are fetched into a temporary folder, checked, and looked into by picklescan and by rules of this
        package, in a process of its own. What cannot be looked into is `unknown`, never `clean`.

        Parameters:
            version: a reference, a number with `model_name`, or the mapping that a registration returned.
            model_name: the model; None where `version` names it.
            timeout: seconds that looking into the files may take; those that were not done by then are unknown.
            key: makes the act the same as another of the same key, and tells apart two of one task.
            progress: told of files and bytes that are fetched.

        Raises:
            MissingExtraError: picklescan is not installed; the message names the extra.
            DigestMismatchError, ArtifactNotFoundError: the stored bytes are not what was registered.
            PurgedVersionError: retention removed its bytes.
            StorageUnavailableError: the store did not answer, or there is no room here for the files.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        seconds = check_seconds("timeout", timeout)
        found = find_version(self._core, read_version(version, model_name))
        return scan_version(self._core, found, seconds=seconds, key=key, progress=progress)

    def scans(self, version: object, *, model_name: str | None = None) -> list[RecordedScan]:
        """Every scan of a version, newest first.

        Parameters:
            version: a reference, a number with `model_name`, or the mapping that a registration returned.
            model_name: the model; None where `version` names it.

        Raises:
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        found = find_version(self._core, read_version(version, model_name))
        return [view(row) for row in self._core.ask(OF_VERSION, version_id=found["id"])]
