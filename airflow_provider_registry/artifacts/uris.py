"""Roots and locations as text: `file:///absolute/folder`, `s3://bucket/prefix`."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from airflow_provider_registry.errors import InvalidArtifactError, InvalidConnectionError

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
_FORMS = "write s3://bucket/prefix, file:///absolute/folder, or a folder's path"


@dataclass(frozen=True, slots=True)
class S3Uri:
    """A place in S3.

    Attributes:
        bucket: the bucket's name.
        key: an object's key or a prefix, without slashes around it; may be empty.
    """

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}".rstrip("/")

    def below(self, path: str) -> str:
        """The key of something below this prefix."""
        return f"{self.key}/{path}" if self.key else path


def parse_root(root: object) -> Path | S3Uri:
    """The folder or the S3 prefix that artifacts shall be kept under.

    Raises:
        InvalidConnectionError: where it is neither.
    """
    if not isinstance(root, str | os.PathLike) or not str(root).strip():
        raise InvalidConnectionError(f"The artifact root {root!r} is empty or not a text: {_FORMS}.")
    text = os.fspath(root)
    if not isinstance(text, str) or "\0" in text:
        raise InvalidConnectionError(f"The artifact root {root!r} is not a text: {_FORMS}.")
    try:
        return parse_location(text) if _SCHEME.match(text) else Path(os.path.abspath(Path(text).expanduser()))
    except (InvalidArtifactError, RuntimeError) as error:  # RuntimeError: the home folder of nobody
        raise InvalidConnectionError(f"The artifact root {text!r} cannot be used: {error}") from error


def parse_location(uri: object) -> Path | S3Uri:
    """The file or folder, or the place in S3, that a URI names.

    Raises:
        InvalidArtifactError: where it names neither.
    """
    scheme = _SCHEME.match(uri) if isinstance(uri, str) else None
    if not isinstance(uri, str) or scheme is None:
        raise InvalidArtifactError(f"{uri!r} is not a URI: write s3://bucket/key or file:///absolute/path.", str(uri))
    if scheme[1].lower() == "s3":
        return _parse_s3(uri)
    if scheme[1].lower() == "file":
        return _parse_file(uri)
    raise InvalidArtifactError(
        f"{uri!r} begins with {scheme[1]}://, which is not supported: write s3://bucket/key or file:///absolute/path.",
        uri,
    )


def _parse_s3(uri: str) -> S3Uri:
    bucket, _, key = uri.partition("://")[2].partition("/")
    if not _BUCKET.fullmatch(bucket):
        raise InvalidArtifactError(f"{uri!r} has no valid bucket name: write s3://bucket/key.", uri)
    key = key.strip("/")
    if key and any(part in {"", ".", ".."} for part in key.split("/")):
        raise InvalidArtifactError(f"{uri!r} has an empty, '.' or '..' part: write the key plainly.", uri)
    return S3Uri(bucket, key)


def _parse_file(uri: str) -> Path:
    parts = urlsplit(uri.replace("?", "%3F").replace("#", "%23"))
    path = unquote(parts.path)
    if parts.netloc not in {"", "localhost"} or not path.startswith("/") or "\0" in path:
        raise InvalidArtifactError(f"{uri!r} is not a path on this host: write file:///absolute/path.", uri)
    return Path(os.path.abspath(path))
