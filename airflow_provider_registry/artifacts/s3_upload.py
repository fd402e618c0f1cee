"""One file to one object: checked on its way, with a checksum for the server to check too, in parts where large."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.artifacts.manifest import ManifestFile
from airflow_provider_registry.artifacts.parallel import WORKERS
from airflow_provider_registry.artifacts.s3_client import error_status

if TYPE_CHECKING:
    from boto3.s3.transfer import TransferConfig
    from mypy_boto3_s3.client import S3Client

MIB = 1024 * 1024
PART = 8 * MIB

# S3 takes 10,000 parts; a margin costs nothing.
_MAX_PARTS = 9_000
_BUFFERED = 6 * PART
_METADATA = "sha256"


@dataclass
class Uploader:
    """Uploads files into one bucket, from several threads.

    Attributes:
        client: a boto3 client.
        bucket: the bucket's name.
        part_size: bytes; larger files go up in parts of this size or more, several at a time.
        checksums: whether the server is asked to check sha256; turned off by itself where it cannot.
    """

    client: S3Client
    bucket: str
    part_size: int = PART
    checksums: bool = True

    def upload(self, key: str, file: ManifestFile, chunks: Callable[[], Iterable[bytes]]) -> None:
        """Write the object, with the file's sha256 in its metadata.

        Where `chunks` raises, nothing is under the key that was not there before.

        Parameters:
            key: the object's key.
            file: what the bytes are.
            chunks: gives the bytes, checked; called again where the server turns out not to know sha256.
        """
        from botocore.exceptions import ClientError

        try:
            self._send(key, file, chunks())
        except ClientError as error:
            if not self.checksums or error_status(error) not in {400, 501}:
                raise
            # Servers say in many ways that they do not know a checksum header: try without, and believe that.
            self.checksums = False
            self._send(key, file, chunks())

    def is_there(self, key: str, file: ManifestFile) -> bool:
        """Whether the object is there, of the right size and uploaded by us from bytes of the right sha256."""
        from botocore.exceptions import ClientError

        try:
            head = self.client.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if error_status(error) != 404:
                raise
            return False
        return head["ContentLength"] == file.size and head["Metadata"].get(_METADATA) == file.sha256

    def _send(self, key: str, file: ManifestFile, chunks: Iterable[bytes]) -> None:
        if file.size <= self.part_size:
            self._send_whole(key, file, b"".join(chunks))
        else:
            self._send_parts(key, file, chunks)

    def _send_whole(self, key: str, file: ManifestFile, body: bytes) -> None:
        extra: dict[str, Any] = {"ChecksumSHA256": _base64(file.sha256)} if self.checksums else {}
        self.client.put_object(Bucket=self.bucket, Key=key, Body=body, Metadata={_METADATA: file.sha256}, **extra)

    def _send_parts(self, key: str, file: ManifestFile, chunks: Iterable[bytes]) -> None:
        extra: dict[str, Any] = {"Metadata": {_METADATA: file.sha256}}
        if self.checksums:
            extra["ChecksumAlgorithm"] = "SHA256"
        stream: Any = ChunkStream(iter(chunks))
        self.client.upload_fileobj(stream, self.bucket, key, ExtraArgs=extra, Config=self._config(file.size))

    def _config(self, size: int) -> TransferConfig:
        """Parts as small as their number allows, and few of them in memory at a time.

        From a stream boto3 cannot know the size, and would run out of parts at 80 GB.
        """
        from boto3.s3.transfer import TransferConfig

        part = max(self.part_size, -(-size // (_MAX_PARTS * MIB)) * MIB)
        config = TransferConfig(multipart_threshold=part, multipart_chunksize=part, max_concurrency=WORKERS)
        config.max_in_memory_upload_chunks = max(2, min(WORKERS, _BUFFERED // part))
        return config


class ChunkStream:
    """Chunks as something that boto3 can read from, and not seek in."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = bytearray()

    def read(self, size: int = -1) -> bytes:
        """So many bytes, or all there are; fewer only at the end."""
        while size < 0 or len(self._rest) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._rest += chunk
        end = len(self._rest) if size < 0 else size
        taken = bytes(self._rest[:end])
        del self._rest[:end]
        return taken


def _base64(sha256: str) -> str:
    return base64.b64encode(bytes.fromhex(sha256)).decode()
