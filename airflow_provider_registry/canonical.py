"""Canonical JSON and its digest: one form of bytes for one value, so that a hash means the value.

The form is RFC 8785 (JSON Canonicalization Scheme). JSON numbers are IEEE doubles there, so integers beyond 2^53
are written as text, which the record's format version says (`airflow_provider_registry.registry.record.chain`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

_EXACT = 2**53 - 1


def canonical_json(value: Any) -> bytes:
    """The RFC 8785 bytes of a JSON value; integers that a double cannot hold become text.

    Raises:
        ValueError: for NaN, infinity and anything that is not JSON.
    """
    import rfc8785  # imported here: a Dag file imports this module's neighbours

    return rfc8785.dumps(_exact(value))


def sha256_of(value: Any) -> str:
    """The sha256 of a value's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _exact(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _exact(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _EXACT:
        return str(value)
    return value
