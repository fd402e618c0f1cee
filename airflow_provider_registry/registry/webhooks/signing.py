"""The signature of Standard Webhooks (https://www.standardwebhooks.com), by which a receiver knows who sent a message.

It is an HMAC-SHA256 over the message's id, the time at which it is sent, and the body; so nobody who lacks the secret
can make one, change one, or send an old one again as a new one.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from datetime import datetime

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry.webhooks.message import Message

PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64


def signed_headers(secret: str, message: Message, at: datetime) -> dict[str, str]:
    """The headers that go with a message.

    Parameters:
        secret: `whsec_` and 24 to 64 bytes in Base64; several, with spaces between, while one takes the other's place.
        at: when it is sent.

    Raises:
        InvalidInputError: this is no such secret; what was given is not shown.
    """
    timestamp = str(int(at.timestamp()))
    signed = b".".join((message.id.encode(), timestamp.encode(), message.body))
    signatures = (base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in _keys(secret))
    return {
        "content-type": "application/json",
        "webhook-id": message.id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def _keys(secret: object) -> list[bytes]:
    keys = [_key(one) for one in secret.split()] if isinstance(secret, str) else []
    if not keys or not all(_SHORTEST <= len(key) <= _LONGEST for key in keys):
        raise InvalidInputError(
            f"A signing secret must be {PREFIX} and {_SHORTEST} to {_LONGEST} bytes in Base64. To make one: "
            f'echo "{PREFIX}$(openssl rand -base64 32)"'
        )
    return keys


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True) if secret.startswith(PREFIX) else b""
    except (binascii.Error, ValueError):
        return b""
