"""Canonical JSON and its digest: one form of bytes for one value, so that a hash means the value.

The form is RFC 8785 (JSON Canonicalization Scheme). JSON numbers are IEEE doubles there, so integers beyond 2^53
are written as text, which the record's format version says (`airflow_provider_registry.registry.record.chain`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

_EXACT = 2**53 - 1
_PLAIN = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":"))


def canonical_json(value: Any) -> bytes:
    """The RFC 8785 bytes of a JSON value; integers that a double cannot hold become text.

    Raises:
        ValueError: for NaN, infinity and anything that is not JSON.
    """
    if _is_plain(value):
        with suppress(UnicodeEncodeError):  # half a character: rfc8785 says so better
            return _PLAIN.encode(value).encode()
    import rfc8785  # imported here: a Dag file imports this module's neighbours

    return rfc8785.dumps(_exact(value))


def sha256_of(value: Any) -> str:
    """The sha256 of a value's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _is_plain(value: Any) -> bool:
    """Whether Python's own encoder, which is ten times as fast as rfc8785, writes the same bytes.

    It sorts keys by code point, where RFC 8785 sorts by UTF-16 unit: the same for ASCII. It writes a float as `repr`
    does, where RFC 8785 does as ECMAScript: the same digits, in the same form unless they are whole or far from 1.
    """
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii() or not _is_plain(item):
                return False
        return True
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))
    if kind is int:
        return bool(-_EXACT <= value <= _EXACT)
    if kind is float:
        return bool(1e-4 <= abs(value) < 1e16 and value % 1 != 0)
    return isinstance(value, str)


def _exact(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _exact(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _EXACT:
        return str(value)
    return value
