"""Objects in S3: listed, read as streams that survive a lost connection, removed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.artifacts import s3_ahead
from airflow_provider_registry.artifacts.checking import CHUNK
from airflow_provider_registry.artifacts.parallel import in_parallel
from airflow_provider_registry.artifacts.s3_client import error_status, s3_errors
from airflow_provider_registry.artifacts.s3_sending import asked_before_sending
from airflow_provider_registry.errors import StorageDeniedError, StorageUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_log = logging.getLogger(__name__)

# How often one object's stream may break without a byte between, before it is given up.
_BREAKS = 5
# How many keys S3 takes in one request for removal.
BATCH = 1000


@dataclass(frozen=True, slots=True)
class S3Object:
    """One object in a listing.

    Attributes:
        key: its key.
        size: bytes.
        etag: in quotes, as S3 writes it; empty where the server gives none.
        modified: when it was written, UTC.
    """

    key: str
    size: int
    etag: str
    modified: datetime


@dataclass(frozen=True, slots=True)
class S3Upload:
    """A multipart upload that was begun and not completed."""

    key: str
    upload_id: str
    initiated: datetime


@dataclass(slots=True)
class S3Read:
    """One object to read, pinned as far as it can be.

    Attributes:
        client: a boto3 client.
        bucket: the bucket's name.
        key: the object's key.
        version_id: read this version, which asks the right to s3:GetObjectVersion.
        etag: read only while the object has it; also set by the first answer, so that a stream that breaks goes on
            with the same object.
        answered_version_id: the version that the answer was of, in a bucket that keeps them.
        size: of the object, as the answer said.
        pause: seconds to wait before a broken stream is taken up, doubled each time it gives nothing.
    """

    client: S3Client
    bucket: str
    key: str
    version_id: str | None = None
    etag: str | None = None
    pause: float = 0.2
    answered_version_id: str | None = None
    size: int = 0

    def chunks(self) -> Generator[bytes]:
        """The object's bytes in order. A broken stream is taken up again where it broke.

        What is large, and can be told from another object of its key, comes over several connections.

        Raises:
            ArtifactNotFoundError: where the object or its version is not there.
            DigestMismatchError: where it was replaced by another.
            StorageDeniedError: where the credentials do not allow it.
            StorageUnavailableError: where S3 does not answer, also after several tries.
        """
        offset = 0
        with closing(self._stream(0)) as stream:
            for chunk in stream:
                offset += len(chunk)
                yield chunk
                if self.etag and offset >= s3_ahead.PART and self.size - offset > s3_ahead.PART:
                    break
        yield from s3_ahead.fetched_ahead(self._fetch, offset, self.size)

    def _fetch(self, start: int, stop: int) -> bytes:
        return b"".join(self._stream(start, stop))

    def _stream(self, start: int, stop: int | None = None) -> Generator[bytes]:
        from botocore.exceptions import HTTPClientError, IncompleteReadError

        offset, total, breaks = start, stop, 0
        while total is None or offset < total:
            answer = self._get(offset, stop)
            total = offset + answer["ContentLength"]
            if stop is None:
                self.size = total
            try:
                with closing(answer["Body"]) as body:
                    for chunk in body.iter_chunks(CHUNK):
                        offset, breaks = offset + len(chunk), 0
                        yield chunk
            except (HTTPClientError, IncompleteReadError) as error:
                breaks += 1
                if breaks >= _BREAKS:
                    raise StorageUnavailableError(f"{self}: the stream broke {breaks} times: {error}.") from error
                time.sleep(self.pause * 2 ** (breaks - 1))  # a server that restarts needs a moment

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    def _get(self, offset: int, stop: int | None) -> Any:
        arguments: dict[str, Any] = {"Bucket": self.bucket, "Key": self.key}
        if self.version_id:
            arguments["VersionId"] = self.version_id
        if self.etag:
            arguments["IfMatch"] = self.etag
        if offset or stop is not None:
            arguments["Range"] = f"bytes={offset}-{'' if stop is None else stop - 1}"
        with s3_errors(str(self)):
            answer = self.client.get_object(**arguments)
        version_id = answer.get("VersionId")
        self.answered_version_id = version_id if version_id != "null" else None  # kept before there were versions
        self.etag = answer.get("ETag") or self.etag
        return answer


def list_objects(client: S3Client, bucket: str, prefix: str) -> Iterator[S3Object]:
    """Every object whose key begins with the prefix, sorted by key, a page at a time."""
    with s3_errors(f"s3://{bucket}/{prefix}"):
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for item in page.get("Contents", []):
                yield S3Object(item["Key"], item["Size"], item.get("ETag", ""), item["LastModified"])


def list_uploads(client: S3Client, bucket: str, prefix: str) -> list[S3Upload]:
    """Every unfinished multipart upload whose key begins with the prefix; none where listing them is not allowed."""
    try:
        with s3_errors(f"s3://{bucket}/{prefix}"):
            pages = client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=prefix)
            uploads = [item for page in pages for item in page.get("Uploads", [])]
    except StorageDeniedError as error:
        # They cost money, but no correctness: whoever may not list them shall still be able to remove artifacts.
        _log.warning("Unfinished uploads are left as they are; s3:ListBucketMultipartUploads is needed: %s", error)
        return []
    return [S3Upload(item["Key"], item["UploadId"], item["Initiated"]) for item in uploads]


def abort_uploads(client: S3Client, bucket: str, uploads: Iterable[S3Upload]) -> None:
    """End unfinished uploads, which frees what they take; those that have ended meanwhile are no error."""
    from botocore.exceptions import ClientError

    for upload in uploads:
        with s3_errors(f"s3://{bucket}/{upload.key}"):
            try:
                client.abort_multipart_upload(Bucket=bucket, Key=upload.key, UploadId=upload.upload_id)
            except ClientError as error:
                if error_status(error) != 404:
                    raise


def delete_objects(client: S3Client, bucket: str, keys: Iterable[str], ask: Callable[[], None]) -> None:
    """Remove objects; those that are not there are no error.

    One request for a thousand keys where the server takes that, which needs a checksum that not all agree on; else
    one request for each.

    Parameters:
        keys: of the objects.
        ask: raises where nothing more may be removed: see `asked_before_sending`.
    """
    from botocore.exceptions import ClientError

    def delete(key: str) -> None:
        with asked_before_sending(client, ask):
            client.delete_object(Bucket=bucket, Key=key)

    remaining = iter(keys)
    while batch := list(islice(remaining, BATCH)):
        with s3_errors(f"s3://{bucket}/{batch[0]}"), asked_before_sending(client, ask):
            try:
                answer = client.delete_objects(
                    Bucket=bucket, Delete={"Objects": [{"Key": key} for key in batch], "Quiet": True}
                )
                failed = [error["Key"] for error in answer.get("Errors", []) if "Key" in error]
            except ClientError as error:
                if error_status(error) not in {400, 501}:
                    raise
                failed = batch
            in_parallel(delete, failed)
