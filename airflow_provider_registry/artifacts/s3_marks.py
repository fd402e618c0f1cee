"""Ownership marks as small objects under a root's `.model-registry/`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_provider_registry.artifacts.s3_client import s3_errors
from airflow_provider_registry.artifacts.s3_objects import list_objects
from airflow_provider_registry.artifacts.uris import S3Uri

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@dataclass(frozen=True, slots=True)
class S3Marks:
    """The marks under one root: see `MarkStore`. S3 lists what was written before, since December 2020.

    Attributes:
        root: the bucket and prefix that the marks' paths are relative to.
        client: gives the boto3 client.
    """

    root: S3Uri
    client: Callable[[], S3Client]

    def list_marks(self, folder: str) -> Iterable[str]:
        """The names of the marks below a folder, relative to it."""
        prefix = self.root.below(f"{folder}/")
        return [found.key.removeprefix(prefix) for found in list_objects(self.client(), self.root.bucket, prefix)]

    def write_mark(self, path: str, data: bytes) -> None:
        """Write, or write over, one mark."""
        with s3_errors(f"{self.root}/{path}"):
            self.client().put_object(Bucket=self.root.bucket, Key=self.root.below(path), Body=data)

    def remove_mark(self, path: str) -> None:
        """Remove one mark, if it is there."""
        with s3_errors(f"{self.root}/{path}"):
            self.client().delete_object(Bucket=self.root.bucket, Key=self.root.below(path))
