"""The least that can be done: plain Python, and boto3's own transfer."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_provider_registry.artifacts.parallel import WORKERS
from airflow_provider_registry.artifacts.s3_upload import PART

if TYPE_CHECKING:
    from boto3.s3.transfer import TransferConfig
    from mypy_boto3_s3.client import S3Client

_CHUNK = 2**20


def copy(source: Path, target: Path) -> dict[str, str]:
    """Copy a tree and digest it, in one pass; return when it is on the disk."""
    digests = {}
    target.mkdir(parents=True)
    for parent, folders, files in os.walk(source):
        at = target / os.path.relpath(parent, source)
        for name in folders:
            (at / name).mkdir()
        for name in files:
            digests[os.path.join(parent, name)] = _copy(os.path.join(parent, name), os.path.join(at, name))
    _sync_folders(target)
    return digests


def upload(client: S3Client, bucket: str, prefix: str, source: Path, files: Iterable[str]) -> None:
    """Digest files, then send them with boto3's own transfer, each digest in its object's metadata."""
    from boto3.s3.transfer import create_transfer_manager

    digests = {path: _digest(source / path) for path in files}
    with create_transfer_manager(client, _config()) as manager:
        sent = [
            manager.upload(
                str(source / path),
                bucket,
                f"{prefix}/{path}",
                {"Metadata": {"sha256": digest}, "ChecksumAlgorithm": "SHA256"},
            )
            for path, digest in digests.items()
        ]
        for future in sent:
            future.result()


def download(client: S3Client, bucket: str, prefix: str, target: Path, files: Iterable[str]) -> Mapping[str, str]:
    """Fetch files with boto3's own transfer, then digest them; return when they are on the disk."""
    from boto3.s3.transfer import create_transfer_manager

    files = list(files)
    for folder in {os.path.dirname(path) for path in files}:
        (target / folder).mkdir(parents=True, exist_ok=True)
    with create_transfer_manager(client, _config()) as manager:
        for future in [manager.download(bucket, f"{prefix}/{path}", str(target / path)) for path in files]:
            future.result()
    digests = {path: _digest(target / path) for path in files}
    for path in files:
        _sync(target / path)
    _sync_folders(target)
    return digests


def _config() -> TransferConfig:
    from boto3.s3.transfer import TransferConfig

    return TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=WORKERS)


def _copy(source: str, target: str) -> str:
    sha256 = hashlib.sha256()
    with open(source, "rb", buffering=0) as reader, open(target, "xb", buffering=0) as writer:
        while chunk := reader.read(_CHUNK):
            sha256.update(chunk)
            writer.write(chunk)
        os.fsync(writer.fileno())
    return sha256.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folders(top: Path) -> None:
    for parent, _, _ in os.walk(top):
        _sync(Path(parent))
    _sync(top.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
