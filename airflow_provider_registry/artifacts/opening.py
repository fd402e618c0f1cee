"""How a store is opened from its root."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from airflow_provider_registry.artifacts.store import ArtifactStore

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


def open_store(root: str, s3_client: Callable[[], S3Client] | None = None) -> ArtifactStore:
    """The store under a root.

    Parameters:
        root: a folder's path, `file:///absolute/folder`, or `s3://bucket/prefix`. A relative path is taken from the
            current working directory, once, here.
        s3_client: makes the boto3 client for an S3 root, when first needed; by default one is made from boto3's own
            configuration (environment, profile, instance role).

    Raises:
        InvalidConnectionError: where the root is none of these.
    """
    from airflow_provider_registry.artifacts.uris import S3Uri, parse_root

    parsed = parse_root(root)
    if isinstance(parsed, S3Uri):
        from airflow_provider_registry.artifacts.s3 import S3Store

        return S3Store(parsed, s3_client)
    from airflow_provider_registry.artifacts.local import LocalStore

    return LocalStore(parsed)
