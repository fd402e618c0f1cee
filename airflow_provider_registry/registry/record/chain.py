"""The form in which an event is hashed, and the chain that the hashes make.

`body` is RFC 8785 JSON and holds the hash of the event before it; its own hash is the sha256 of `body`. Free text
and persons are in it only as an HMAC under a key of the row, so that they can be erased and the chain still holds.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_registry.canonical import canonical_json

# Raise it when the meaning of a field changes. Events are verified by the format they say they have.
FORMAT = 1
FIRST = ""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An event's bytes, ready to be stored."""

    body: bytes
    hash: str
    private: bytes
    private_key: bytes


def moment(at: datetime) -> str:
    """A time as events write it: ISO 8601, UTC, always with microseconds, so that text order is time order."""
    return f"{at.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def seal(fields: Mapping[str, Any], private: Mapping[str, Any], previous: str) -> Sealed:
    """Hash an event into the chain.

    Parameters:
        fields: everything that the event says in the open.
        private: free text and persons.
        previous: hash of the event before it of the same model; `FIRST` for the first.
    """
    private_bytes, key = canonical_json(private), secrets.token_bytes(32)
    body = canonical_json(
        {**fields, "format": FORMAT, "previous": previous, "private": keyed_digest(key, private_bytes)}
    )
    return Sealed(body, hash_of(body), private_bytes, key)


def hash_of(body: bytes) -> str:
    """The hash of an event."""
    return hashlib.sha256(body).hexdigest()


def keyed_digest(key: bytes, private: bytes) -> str:
    """HMAC-SHA256 of the private part: without the key it tells nothing, not even to who guesses the text."""
    return hmac.digest(key, private, "sha256").hex()
