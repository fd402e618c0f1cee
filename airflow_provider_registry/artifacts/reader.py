"""Checking an artifact where it lies: every byte is read, and compared with the manifest."""

from __future__ import annotations

from airflow_provider_registry.artifacts.checking import checked, counted
from airflow_provider_registry.artifacts.locations import ClientFactory, Pins, open_location
from airflow_provider_registry.artifacts.manifest import Manifest, ManifestFile
from airflow_provider_registry.artifacts.parallel import in_parallel
from airflow_provider_registry.artifacts.progress import Counter, Progress


def verify_artifact(
    uri: str,
    manifest: Manifest,
    pins: Pins | None = None,
    *,
    s3_client: ClientFactory | None = None,
    progress: Progress | None = None,
) -> None:
    """Read every file of an artifact and compare it with the manifest.

    Files that lie beside those of the manifest are not looked at: a download does not take them.

    Parameters:
        uri: where the artifact lies, as `ArtifactStore.put` returned it or a reference has it.
        manifest: what must be there.
        pins: of a reference.
        s3_client: makes the boto3 client where one is needed.
        progress: told of files and bytes as they are done.

    Raises:
        DigestMismatchError: naming the first file found that is not what it should be.
        ArtifactNotFoundError: where a file is missing.
        StorageDeniedError: where the credentials do not allow reading it.
        StorageUnavailableError: where the store did not answer.
    """
    location = open_location(uri, pins, s3_client)
    shown = progress or Counter()

    def check(file: ManifestFile) -> None:
        for _ in checked(counted(location.chunks(file.path), shown), file, location.locate(file.path)):
            pass

    shown.start(manifest.file_count, manifest.size, "Checking")
    try:
        in_parallel(check, manifest.files)
    finally:
        shown.finish()
