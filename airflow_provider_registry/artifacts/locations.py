"""Where stored or referenced bytes lie, and how they are read: the same for a store's own artifacts and for others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_provider_registry.artifacts.files import read_chunks
from airflow_provider_registry.artifacts.local_errors import local_errors
from airflow_provider_registry.artifacts.s3_client import make_client, s3_errors, take_whole_answers
from airflow_provider_registry.artifacts.s3_objects import S3Read
from airflow_provider_registry.artifacts.source import Source
from airflow_provider_registry.artifacts.uris import S3Uri, parse_location
from airflow_provider_registry.errors import ArtifactNotFoundError, DigestMismatchError, InvalidArtifactError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

Pins = Mapping[str, Mapping[str, str]]
"""What holds each file of a reference in place, by its path: `key`, and `version_id` or `etag` or both. JSON-able."""

ClientFactory = Callable[[], "S3Client"]


@dataclass(frozen=True, slots=True)
class LocalLocation:
    """A folder on this host, or a single file, which then is the artifact under its own name.

    Attributes:
        path: the folder or file, absolute.
    """

    path: Path

    def chunks(self, path: str) -> Iterator[bytes]:
        """The file's bytes in order: see `Source`.

        Raises:
            ArtifactNotFoundError: where the file is not there.
            DigestMismatchError: where something else than a file is there.
            StorageDeniedError: where this process may not read it.
            StorageUnavailableError: where the disk does not answer.
        """
        with local_errors(self.locate(path)):
            try:
                yield from read_chunks(self._at(path))
            except (FileNotFoundError, NotADirectoryError) as error:
                raise ArtifactNotFoundError(
                    f"{self.locate(path)} is not there: somebody removed or moved it."
                ) from error
            except InvalidArtifactError as error:
                raise DigestMismatchError(f"{error} Somebody put it in the place of the file.", path=path) from error

    def locate(self, path: str) -> str:
        """The file's absolute path."""
        return self._at(path)

    def _at(self, path: str) -> str:
        single = self.path.name == path and self.path.is_file()
        return str(self.path) if single else os.path.join(self.path, path)


@dataclass(frozen=True)
class S3Location:
    """Objects under a prefix, or wherever their pins say.

    Attributes:
        place: the bucket and prefix.
        pins: what holds each file in place; a file without stands under the prefix, in its current version.
        make: makes the boto3 client.
    """

    place: S3Uri
    pins: Pins = field(default_factory=dict)
    make: ClientFactory = make_client

    def chunks(self, path: str) -> Iterator[bytes]:
        """The object's bytes in order: see `Source` and `S3Read.chunks`."""
        pin = self.pins.get(path, {})
        read = S3Read(self._client, self.place.bucket, self._key(path), pin.get("version_id"), pin.get("etag"))
        yield from read.chunks()

    def locate(self, path: str) -> str:
        """The object's URI."""
        return f"s3://{self.place.bucket}/{self._key(path)}"

    def _key(self, path: str) -> str:
        return self.pins.get(path, {}).get("key") or self.place.below(path)

    @cached_property
    def _client(self) -> S3Client:
        with s3_errors(str(self.place)):
            return take_whole_answers(self.make())


def open_location(uri: str, pins: Pins | None = None, s3_client: ClientFactory | None = None) -> Source:
    """The bytes at a URI, to be read by their paths in the manifest.

    Parameters:
        uri: of a stored artifact, or of a reference: `file:///…` or `s3://…`.
        pins: of a reference.
        s3_client: makes the boto3 client where one is needed; by default from boto3's own configuration.

    Raises:
        InvalidArtifactError: where the URI is neither.
    """
    place = parse_location(uri)
    if isinstance(place, S3Uri):
        return S3Location(place, pins or {}, s3_client or make_client)
    return LocalLocation(place)
