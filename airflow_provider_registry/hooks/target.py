"""What a connection of the type `model_registry` says: which database, and where the bytes go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Protocol

from airflow_provider_registry.errors import InvalidConnectionError

if TYPE_CHECKING:
    from sqlalchemy import URL

CONN_TYPE = "model_registry"
DRIVERNAME = "postgresql+psycopg"


class ConnectionLike(Protocol):
    """The fields of an Airflow connection, whether the Task SDK's or the server's, which types them as columns."""

    @property
    def conn_id(self) -> Any: ...
    @property
    def conn_type(self) -> Any: ...
    @property
    def host(self) -> Any: ...
    @property
    def login(self) -> Any: ...
    @property
    def password(self) -> Any: ...
    @property
    def schema(self) -> Any: ...
    @property
    def port(self) -> Any: ...
    @property
    def extra(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Target:
    """A registry: its database, and where its bytes go.

    Attributes:
        url: of the database; its text form hides the password.
        artifact_root: a folder or `s3://bucket/prefix`; None where the connection names none.
        aws_conn_id: the AWS connection that gives the S3 client; None for boto3's own configuration.
        embedded: the registry in AIRFLOW_HOME, which migrates itself.
    """

    url: URL
    artifact_root: str | None = None
    aws_conn_id: str | None = None
    embedded: bool = False

    @property
    def secrets(self) -> list[str]:
        """What logs must not show: Airflow masks a connection's password, but knows of none inside a URL in `host`."""
        query = self.url.query.get("password", ())
        given = [str(self.url.password or ""), *([query] if isinstance(query, str) else query)]
        return [secret for secret in given if secret]


def read_target(connection: ConnectionLike) -> Target:
    """Read a connection.

    Parameters:
        connection: with the whole SQLAlchemy URL in `host`, which login, password, port and schema complete where it
            lacks them; or with the parts in their own fields and `drivername` in the extra.

    Raises:
        InvalidConnectionError: it is of another type, it names no database, its extra cannot be read, or a path in it
            is relative. The message holds no secret.
    """
    _check_type(connection)
    extra = _extra(connection)
    return Target(
        _whole_path(connection, _url(connection, extra)),
        artifact_root=_whole_root(connection, _text(connection, extra, "artifact_root")),
        aws_conn_id=_text(connection, extra, "aws_conn_id"),
    )


def _check_type(connection: ConnectionLike) -> None:
    """Refuse a connection to something else.

    Airflow makes None of a type that JSON leaves out, and that says nothing against it. An empty one is what it makes
    of a text that is no URI.
    """
    given = connection.conn_type
    if given in (None, CONN_TYPE):
        return
    if not given:
        raise InvalidConnectionError(
            f"The connection {connection.conn_id!r} has no type: as JSON it begins with {{, and as a URI with "
            "model-registry://postgresql+psycopg://…"
        )
    raise InvalidConnectionError(
        f"The connection {connection.conn_id!r} is of the type {given!r}, not {CONN_TYPE!r}: change its type, which "
        "in a URI is what it begins with, as in model-registry://postgresql+psycopg://…"
    )


def _whole_path(connection: ConnectionLike, url: URL) -> URL:
    """The URL, whose SQLite file must be the same one wherever a process was started."""
    path = url.database or ""
    bare = path.removeprefix("file:")
    if url.get_backend_name() != "sqlite" or bare.startswith("/") or bare.partition("?")[0] in ("", ":memory:"):
        return url  # a database in memory is refused where the engine is made
    raise InvalidConnectionError(
        f"The connection {connection.conn_id!r} names the SQLite file {path!r} by a relative path, so each process "
        f"would have one in the folder it was started in: write the whole path, as in sqlite:////srv/{_name_of(bare)}."
    )


def _whole_root(connection: ConnectionLike, root: str | None) -> str | None:
    if root is None or "://" in root or PurePath(root).is_absolute():
        return root
    raise InvalidConnectionError(
        f"artifact_root in the extra of the connection {connection.conn_id!r} is the relative path {root!r}, so each "
        "process would store bytes in the folder it was started in: write the whole path, as in "
        f"/srv/{_name_of(root)}, or s3://bucket/prefix."
    )


def _name_of(path: str) -> str:
    return PurePath(path.partition("?")[0]).name


def _url(connection: ConnectionLike, extra: Mapping[str, Any]) -> URL:
    from sqlalchemy import URL

    host = (connection.host or "").strip()
    if "://" in host:
        return _completed(_parsed(connection, host), connection)
    if not connection.schema:
        raise InvalidConnectionError(
            f"The connection {connection.conn_id!r} names no database: write a SQLAlchemy URL such as "
            "postgresql+psycopg://user:password@host/db into its host, or fill in host and schema."
        )
    return URL.create(
        _text(connection, extra, "drivername") or DRIVERNAME,
        username=connection.login or None,
        password=connection.password or None,
        host=host or None,
        port=connection.port or None,
        database=connection.schema,
    )


def _parsed(connection: ConnectionLike, host: str) -> URL:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(host)
    except (ArgumentError, ValueError):
        # The text may hold a password: it stays out of the message, and out of what the error comes from.
        raise InvalidConnectionError(
            f"The host of the connection {connection.conn_id!r} is not a SQLAlchemy URL: write "
            "postgresql+psycopg://user:password@host/db or sqlite:////folder/registry.db."
        ) from None


def _completed(url: URL, connection: ConnectionLike) -> URL:
    """The URL with what it lacks taken from the fields: the URI form of a connection spreads it over all of them."""
    return url.set(
        username=url.username or connection.login or None,
        password=url.password or connection.password or None,
        port=url.port or connection.port or None,
        database=url.database or connection.schema or None,
    )


def _extra(connection: ConnectionLike) -> Mapping[str, Any]:
    # Not `extra_dejson`: it tells the supervisor about secrets, which must not be done from an event loop.
    try:
        extra = json.loads(connection.extra or "{}")
    except (ValueError, RecursionError):
        extra = None
    if not isinstance(extra, Mapping):
        raise InvalidConnectionError(
            f"The extra of the connection {connection.conn_id!r} is not a JSON object: write "
            '{"artifact_root": "s3://bucket/prefix"}.'
        )
    return extra


def _text(connection: ConnectionLike, extra: Mapping[str, Any], name: str) -> str | None:
    value = extra.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidConnectionError(
            f"{name} in the extra of the connection {connection.conn_id!r} must be text, not {type(value).__name__}."
        )
    return (value or "").strip() or None
