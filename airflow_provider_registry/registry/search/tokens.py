"""Page tokens: where a page ended, as text that means something to the same search alone."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import InvalidCursorError
from airflow_provider_registry.registry.search.problems import UNSTORABLE
from airflow_provider_registry.registry.search.values import Kind

# Five values of 10,000 characters, each of them six bytes once written as JSON, and four letters for three bytes.
_LONGEST = 500_000
_MOST = 2**63 - 1


def search_digest(plural: str, filter: str, order_by: str) -> str:
    """What a token is bound to."""
    return sha256_of([plural, filter.strip(), order_by.strip()])[:16]


def write_token(digest: str, values: Sequence[Any]) -> str:
    """The token of a page that ended with a result of these values: one of each key of the ordering, the id last."""
    plain = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in values]
    text = json.dumps([digest, *plain], ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_token(token: object, digest: str, kinds: Sequence[Kind]) -> list[Any]:
    """The values in a token.

    Parameters:
        digest: of the search that it is given to.
        kinds: of the ordering's keys, the id last.

    Raises:
        InvalidCursorError: it is no token, or another search's.
    """
    content = _content(token)
    if content is None:
        shown = repr(token[:40]) if isinstance(token, str) else f"The {type(token).__name__}"
        raise InvalidCursorError(f"{shown} is no page token: give next_page_token of the page before.")
    if content[0] != digest:
        raise InvalidCursorError(
            "The page token is another search's: repeat filter and order_by as they were, or begin without a token."
        )
    values = content[1:]
    if len(values) != len(kinds) or values[-1] is None:
        raise InvalidCursorError("The page token was changed: give next_page_token of the page before as it is.")
    return [_value(value, kind) for value, kind in zip(values, kinds, strict=True)]


def _content(token: object) -> list[Any] | None:
    if not isinstance(token, str) or len(token) > _LONGEST:
        return None
    try:
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        content = json.loads(text)
    except (binascii.Error, ValueError, RecursionError):
        return None
    return content if isinstance(content, list) and content else None


def _value(value: Any, kind: Kind) -> Any:
    match kind:
        case _ if value is None:
            return None
        case Kind.TEXT if isinstance(value, str) and not UNSTORABLE.search(value):
            return value
        case Kind.WHOLE if type(value) is int and abs(value) <= _MOST:
            return value
        case Kind.NUMBER if isinstance(value, float) and math.isfinite(value):
            return value
        case Kind.TIME if isinstance(value, str) and (moment := _moment(value)):
            return moment
    raise InvalidCursorError("The page token was changed: give next_page_token of the page before as it is.")


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
