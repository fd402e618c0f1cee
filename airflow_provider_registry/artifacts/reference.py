"""An artifact that stays where it is, in storage that is not the registry's: digested there, and pinned or mutable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_provider_registry.artifacts.checking import counted, digested
from airflow_provider_registry.artifacts.locations import ClientFactory, LocalLocation, S3Location
from airflow_provider_registry.artifacts.manifest import Manifest, ManifestFile
from airflow_provider_registry.artifacts.parallel import in_parallel
from airflow_provider_registry.artifacts.paths import check_path
from airflow_provider_registry.artifacts.progress import Counter, Progress
from airflow_provider_registry.artifacts.s3_client import error_status, make_client, s3_errors, take_whole_answers
from airflow_provider_registry.artifacts.s3_objects import S3Read, list_objects
from airflow_provider_registry.artifacts.source import LocalSource, Source
from airflow_provider_registry.artifacts.uris import S3Uri, parse_location
from airflow_provider_registry.errors import ArtifactNotFoundError, InvalidArtifactError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@dataclass(frozen=True)
class ReferencedArtifact:
    """What a reference led to. It is a `Source`, so that a store can copy it.

    Attributes:
        uri: where it lies.
        manifest: what it consists of; a single object or file stands under its own name.
        pins: what holds each file in place, by path; empty for local files.
        mutable: whether others can change the bytes without the registry being able to read the old ones or to tell.
        source: reads the bytes, each file as pinned.
    """

    uri: str
    manifest: Manifest
    pins: dict[str, dict[str, str]]
    mutable: bool
    source: Source = field(repr=False, compare=False)

    def chunks(self, path: str) -> Iterator[bytes]:
        """The file's bytes in order, as pinned: see `Source`."""
        return self.source.chunks(path)

    def locate(self, path: str) -> str:
        """Where the file lies."""
        return self.source.locate(path)


def inspect_reference(
    uri: str, *, s3_client: ClientFactory | None = None, progress: Progress | None = None
) -> ReferencedArtifact:
    """Digest an artifact where it lies, by streaming, and pin what can be pinned.

    In S3 each file is pinned by its version, if the bucket keeps versions, and by its ETag. What was pinned is what
    was digested: both come from the answer whose bytes were read. A pinned object that is replaced later is read in
    its old version, or, without versions, refused.

    Parameters:
        uri: `s3://bucket/key`, `s3://bucket/prefix` or `file:///absolute/path`. Where both an object and a prefix
            have the name, the object is meant; with a slash at the end, the prefix.
        s3_client: makes the boto3 client where one is needed.
        progress: told of files and bytes as they are done.

    Raises:
        ArtifactNotFoundError: where nothing is there in S3.
        ArtifactPathMissingError: where nothing is there on this host.
        InvalidArtifactError: where the URI is neither, or what is there cannot be an artifact.
        StorageDeniedError: where the credentials do not allow reading it.
        StorageUnavailableError: where S3 does not answer.
    """
    place = parse_location(uri)
    if isinstance(place, Path):
        manifest = LocalSource.scan(place).manifest(progress)
        return ReferencedArtifact(place.as_uri(), manifest, {}, mutable=True, source=LocalLocation(place))
    return _inspect_s3(place, uri.endswith("/"), s3_client or make_client, progress or Counter())


@dataclass(frozen=True, slots=True)
class _Found:
    path: str
    key: str
    size: int
    etag: str


def _inspect_s3(place: S3Uri, is_prefix: bool, make: ClientFactory, progress: Progress) -> ReferencedArtifact:
    with s3_errors(str(place)):
        client = take_whole_answers(make())
    single = None if is_prefix or not place.key else _single(client, place)
    files, folders = ([single], ()) if single else _tree(client, place)
    pins: dict[str, dict[str, str]] = {}

    def digest(found: _Found) -> ManifestFile:
        read = S3Read(client, place.bucket, found.key, etag=found.etag or None)
        size, sha256 = digested(counted(read.chunks(), progress))
        pinned = {"key": found.key, "version_id": read.answered_version_id, "etag": read.etag}
        pins[found.path] = {name: value for name, value in pinned.items() if value}
        return ManifestFile(found.path, size, sha256)

    progress.start(len(files), sum(found.size for found in files), f"Hashing {place}")
    try:
        manifest = Manifest(tuple(in_parallel(digest, files)), tuple(folders))
    finally:
        progress.finish()
    mutable = any(not pin.keys() & {"version_id", "etag"} for pin in pins.values())
    ordered = {file.path: pins[file.path] for file in manifest.files}
    return ReferencedArtifact(str(place), manifest, ordered, mutable, S3Location(place, ordered, lambda: client))


def _single(client: S3Client, place: S3Uri) -> _Found | None:
    """The object of exactly this key, if there is one."""
    from botocore.exceptions import ClientError

    with s3_errors(str(place)):
        try:
            head = client.head_object(Bucket=place.bucket, Key=place.key)
        except ClientError as error:
            if error_status(error) != 404:
                raise
            return None
    name = check_path(place.key.rpartition("/")[2])
    return _Found(name, place.key, head["ContentLength"], head.get("ETag", ""))


def _tree(client: S3Client, place: S3Uri) -> tuple[list[_Found], list[str]]:
    """Every object under the prefix, and the empty folders that some tools mark by an object `folder/`."""
    prefix = place.below("")
    files: list[_Found] = []
    marked: set[str] = set()
    for item in list_objects(client, place.bucket, prefix):
        path = item.key.removeprefix(prefix)
        if not path.endswith("/") and path:
            files.append(_Found(check_path(path), item.key, item.size, item.etag))
        elif item.size:
            raise InvalidArtifactError(f"s3://{place.bucket}/{item.key} is an object with the name of a folder.", path)
        elif path:
            marked.add(check_path(path.rstrip("/")))
    if not files:
        raise ArtifactNotFoundError(f"There is no object {place}, and none below {place}/. Look at the spelling.")
    return files, sorted(marked - _parents(files, marked))


def _parents(files: list[_Found], marked: set[str]) -> set[str]:
    parents = set()
    for path in [*(found.path for found in files), *marked]:
        while path := path.rpartition("/")[0]:
            parents.add(path)
    return parents
