"""The key that a task signs versions with, from an Airflow connection or a file; nothing of it reaches a log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from airflow.sdk import BaseHook

from airflow_provider_registry.errors import InvalidConnectionError, InvalidInputError

if TYPE_CHECKING:
    from airflow_provider_registry.registry import Signer

_FILES = ("private_key", "certificate", "chain")


def read_signer(sign_with: object) -> Signer:
    """Who signs.

    Parameters:
        sign_with: the id of a connection of any type, whose extra has `private_key`, and optionally `certificate` and
            `chain`, each the text of a PEM file or the absolute path of one, and whose password is that of the key
            where the key is encrypted; or the absolute path of a key that is not encrypted.

    Raises:
        InvalidConnectionError: the extra of the connection is not that.
        InvalidInputError: the key cannot be used.
        MissingExtraError: what signs is not installed.
    """
    from airflow_provider_registry.registry import Signer

    if not isinstance(sign_with, str) or sign_with in ("", "None"):
        raise InvalidInputError(
            "sign_with must be the id of a connection, or the absolute path of a private key; a template may have "
            "rendered nothing."
        )
    if sign_with.startswith("/"):
        return Signer.from_files(sign_with)
    given, password = _of_connection(sign_with)
    return Signer.read(password=password, **{name: _text(name, given[name]) for name in _FILES if name in given})


def _of_connection(conn_id: str) -> tuple[dict[str, str], str | None]:
    from airflow.sdk.log import mask_secret

    connection = BaseHook.get_connection(conn_id)
    try:
        extra = json.loads(connection.extra or "{}")
    except ValueError:
        extra = None
    if not isinstance(extra, dict) or not isinstance(extra.get("private_key"), str):
        raise InvalidConnectionError(
            f"The connection {conn_id!r} has no key to sign with: write private_key, and with a certificate also "
            "certificate and chain, into its extra, each as the text or the absolute path of a PEM file."
        )
    mask_secret(extra["private_key"])
    return {name: str(extra[name]) for name in _FILES if extra.get(name)}, connection.password or None


def _text(name: str, given: str) -> bytes:
    if not given.startswith("/"):
        return given.encode()
    try:
        with open(given, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise InvalidInputError(f"{name} cannot be read from the file that the connection names: {error}.") from error
