"""One file to one object: checked on its way, with a checksum for the server to check too, in parts where large."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.artifacts.checking import CHUNK
from airflow_provider_registry.artifacts.manifest import ManifestFile
from airflow_provider_registry.artifacts.parallel import WORKERS
from airflow_provider_registry.artifacts.s3_client import error_status

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

MIB = 1024 * 1024
PART = 8 * MIB

# S3 takes 10,000 parts; a margin costs nothing.
_MAX_PARTS = 9_000
_BUFFERED = 8 * PART
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
            small = file.size <= CHUNK  # head and body then go in one piece
            self._send_whole(key, file, b"".join(chunks) if small else _gathered(chunks))
        else:
            self._send_parts(key, file, chunks)

    def _send_whole(self, key: str, file: ManifestFile, body: Any) -> None:
        extra: dict[str, Any] = {"ChecksumSHA256": _base64(file.sha256)} if self.checksums else {}
        self.client.put_object(Bucket=self.bucket, Key=key, Body=body, Metadata={_METADATA: file.sha256}, **extra)

    def _send_parts(self, key: str, file: ManifestFile, chunks: Iterable[bytes]) -> None:
        """Send the parts, several at a time; where anything fails, nothing is left of them.

        boto3's own transfer takes a stream by reading 16 KiB at a time under the interpreter's lock; parts that are
        whole bytes it sends in one piece, which takes half the processor time.
        """
        place: dict[str, Any] = {"Bucket": self.bucket, "Key": key}
        extra: dict[str, Any] = {"ChecksumAlgorithm": "SHA256"} if self.checksums else {}
        begun = self.client.create_multipart_upload(**place, Metadata={_METADATA: file.sha256}, **extra)
        place["UploadId"] = begun["UploadId"]

        def send(number: int, body: Any) -> CompletedPartTypeDef:
            answer = self.client.upload_part(**place, PartNumber=number, Body=body, **extra)
            done: CompletedPartTypeDef = {"PartNumber": number, "ETag": answer["ETag"]}
            if checksum := answer.get("ChecksumSHA256"):
                done["ChecksumSHA256"] = checksum
            return done

        try:
            size, at_once = parts_of(file.size, self.part_size)
            done = _sent(send, in_parts(chunks, size), at_once)
            self.client.complete_multipart_upload(**place, MultipartUpload={"Parts": done})
        except BaseException:
            self._abort(place)
            raise

    def _abort(self, place: dict[str, Any]) -> None:
        """End an upload that failed; what failed is the error to show, and a sweep finds what is left."""
        from botocore.exceptions import BotoCoreError, ClientError

        with suppress(BotoCoreError, ClientError):
            self.client.abort_multipart_upload(**place)


def parts_of(size: int, least: int) -> tuple[int, int]:
    """How large the parts of so many bytes are, and how many of them may be in memory at a time.

    They are as small as their number allows.
    """
    part = max(least, -(-size // (_MAX_PARTS * MIB)) * MIB)
    return part, max(2, min(WORKERS, _BUFFERED // part))


def in_parts(chunks: Iterable[bytes], size: int) -> Iterator[bytearray]:
    """The same bytes in parts of exactly this size, but for the last.

    The parts are bytearrays: of bytes, botocore makes another copy, with the request's head before it.
    """
    part, filled = bytearray(size), 0
    for chunk in chunks:
        rest = memoryview(chunk)
        while rest:
            taken = rest[: size - filled]
            part[filled : filled + len(taken)] = taken
            filled, rest = filled + len(taken), rest[len(taken) :]
            if filled == size:
                yield part
                part, filled = bytearray(size), 0  # whole at once: one that grows takes more than it holds
    if filled:
        del part[filled:]
        yield part


def _sent(
    send: Callable[[int, Any], CompletedPartTypeDef], parts: Iterable[bytearray], at_once: int
) -> list[CompletedPartTypeDef]:
    """Send parts as they come, reading no further than `at_once` ahead; the first error ends it."""
    free, broken = threading.Semaphore(at_once), threading.Event()
    sending: list[Future[CompletedPartTypeDef]] = []

    def sent(future: Future[CompletedPartTypeDef]) -> None:
        if future.cancelled() or future.exception() is not None:
            broken.set()
        free.release()

    with ThreadPoolExecutor(at_once, thread_name_prefix="artifacts") as pool:
        try:
            remaining = iter(parts)
            # Asked for before it is read: a part that waits takes memory too.
            while free.acquire() and not broken.is_set() and (part := next(remaining, None)) is not None:
                sending.append(pool.submit(send, len(sending) + 1, part))
                sending[-1].add_done_callback(sent)
            return [future.result() for future in sending]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _gathered(chunks: Iterable[bytes]) -> bytearray:
    body = bytearray()
    for chunk in chunks:
        body += chunk
    return body


def _base64(sha256: str) -> str:
    return base64.b64encode(bytes.fromhex(sha256)).decode()
