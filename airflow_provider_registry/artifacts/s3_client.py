"""The boto3 client, and what S3 answers as the package's own errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.artifacts.parallel import WORKERS
from airflow_provider_registry.errors import (
    ArtifactNotFoundError,
    DigestMismatchError,
    RegistryError,
    StorageDeniedError,
    StorageUnavailableError,
)

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_s3.client import S3Client

_MISSING = {"NoSuchKey", "NoSuchVersion", "NotFound", "404"}
_DENIED_STATUS = {401, 403}
_WITH_LENGTH = {200, 206}


def make_client() -> S3Client:
    """A client from boto3's own configuration: environment, profile, instance role, `AWS_ENDPOINT_URL_S3`.

    boto3 adds CRC checksums as trailers unless told otherwise, which older S3-compatible servers refuse. Here they
    are left out where S3 does not ask for them: every byte is checked by sha256 when written and when read anyway.
    """
    import boto3.session
    from botocore.config import Config

    config = Config(
        max_pool_connections=2 * WORKERS,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    # A session of our own: boto3's default one must not be used from several threads.
    return boto3.session.Session().client("s3", config=config)


def take_whole_answers(client: S3Client) -> S3Client:
    """Have a client try again where an answer was cut off.

    Python's `http.client` takes a head that was cut for a whole one, without a length the body is then empty, and
    urllib3 takes a body of which nothing came for an empty one, whatever its length: a listing of a full bucket would
    be one of an empty bucket, and a root of another registry nobody's. And botocore waits for ever, at full speed, for
    the rest of a `100 Continue` (`AWSConnection._consume_headers`): none is asked for, which saves a round trip too.
    """
    client.meta.events.register("before-parse.s3", _refuse_cut, unique_id="registry-whole-answers")
    client.meta.events.register_last("before-call.s3", _expect_nothing, unique_id="registry-expects-nothing")
    return client


def _expect_nothing(params: dict[str, Any], **_: object) -> None:
    params["headers"].pop("Expect", None)


def _refuse_cut(operation_model: Any, response_dict: dict[str, Any], **_: object) -> None:
    if response_dict["status_code"] not in _WITH_LENGTH:
        return
    headers, body = {name.lower(): value for name, value in response_dict["headers"].items()}, response_dict["body"]
    length = headers.get("content-length")
    whole = length is not None or "transfer-encoding" in headers
    if length is not None and isinstance(body, bytes) and operation_model.http["method"] != "HEAD":
        whole = len(body) == int(length)
    if not whole:
        response_dict.update(status_code=500, body=b"")  # which boto3 tries again


@contextmanager
def s3_errors(where: str) -> Iterator[None]:
    """Turn botocore's errors into the package's.

    Parameters:
        where: the URI in question, for the message.

    Raises:
        ArtifactNotFoundError: where the object, the version of it or the bucket does not exist.
        DigestMismatchError: where an object is no longer the one that was pinned.
        StorageDeniedError: where the credentials do not allow it, or there are none.
        StorageUnavailableError: for everything else.
    """
    from botocore import exceptions
    from urllib3.exceptions import HTTPError

    try:
        yield
    except exceptions.ClientError as error:
        raise _translated(error, where) from error
    except (
        exceptions.NoCredentialsError,
        exceptions.PartialCredentialsError,
        exceptions.CredentialRetrievalError,
        exceptions.ProfileNotFound,
        exceptions.TokenRetrievalError,
        exceptions.SSOError,
    ) as error:
        raise StorageDeniedError(
            f"{where}: {error}. Give this process credentials as boto3 reads them (environment, profile, instance "
            "role), or name an AWS connection."
        ) from error
    except (exceptions.BotoCoreError, HTTPError) as error:  # botocore reads the body of a refused GetObject too late
        raise StorageUnavailableError(f"{where}: {error}. Look at the network and the endpoint, then retry.") from error


def error_code(error: ClientError) -> str:
    """The code in S3's answer, such as `NoSuchKey`; the status in digits where an answer had no body."""
    return str(error.response.get("Error", {}).get("Code", ""))


def error_status(error: ClientError) -> int:
    """The HTTP status of S3's answer."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _translated(error: ClientError, where: str) -> RegistryError:
    code, message = error_code(error), error.response.get("Error", {}).get("Message", "")
    if code == "NoSuchBucket":
        return ArtifactNotFoundError(f"{where}: the bucket does not exist. Create it, or correct the name.")
    if code in _MISSING or error_status(error) == 404:
        return ArtifactNotFoundError(f"{where} is not there ({error.operation_name}: {code}).")
    if error_status(error) == 412:
        return DigestMismatchError(
            f"{where} was replaced: it is no longer the object that was pinned. Register it again, with copy=True if "
            "it shall outlive the next replacement."
        )
    if error_status(error) in _DENIED_STATUS:
        return StorageDeniedError(
            f"{where}: {error.operation_name} was denied ({code}: {message}). Look at the credentials and at the "
            "bucket's policy. S3 also denies where an object is missing and listing is not allowed."
        )
    return StorageUnavailableError(f"{where}: {error.operation_name} failed ({code}: {message}).")
