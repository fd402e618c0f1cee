"""The S3 client of an AWS connection, through the Amazon provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_provider_registry.errors import MissingExtraError

if TYPE_CHECKING:
    from botocore.config import Config
    from mypy_boto3_s3.client import S3Client


def s3_client_of(aws_conn_id: str) -> S3Client:
    """The S3 client that an AWS connection describes: role, endpoint, proxy and all.

    Raises:
        MissingExtraError: the Amazon provider is not installed.
    """
    try:
        from airflow.providers.amazon.aws.hooks.s3 import S3Hook
    except ImportError as error:
        raise MissingExtraError(
            f"aws_conn_id ({aws_conn_id!r}) needs the Amazon provider: pip install "
            "'airflow-provider-registry[amazon]', or leave aws_conn_id out and let boto3 find its own credentials."
        ) from error
    config = _config()
    own = S3Hook(aws_conn_id=aws_conn_id).conn_config.botocore_config
    if own is not None:  # what the connection's `config_kwargs` say wins
        config = config.merge(own)
    client: S3Client = S3Hook(aws_conn_id=aws_conn_id, config=config).get_conn()
    return client


def _config() -> Config:
    """The settings with which `airflow_provider_registry.artifacts.s3_client` makes its own client, and says why."""
    from botocore.config import Config

    from airflow_provider_registry.artifacts.parallel import WORKERS

    return Config(
        max_pool_connections=2 * WORKERS,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
