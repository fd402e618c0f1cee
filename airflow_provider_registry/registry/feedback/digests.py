"""The digests by which the record holds feedback: of what is private under a random key, and of a batch's rows."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

from airflow_provider_registry.canonical import canonical_json
from airflow_provider_registry.registry.feedback.said import SaidFeedback
from airflow_provider_registry.registry.record.chain import keyed_digest

_EXACT = 2**53


def sealed(said: SaidFeedback) -> dict[str, Any]:
    """The columns of a row but for its place: those that were said, with a key of its own where some are private."""
    private = said.private
    key = secrets.token_bytes(32) if private else None
    return {
        "kind": said.kind,
        "rating": said.rating,
        "flag": said.flag,
        "at": said.at,
        "subject": said.subject,
        "source": said.source,
        "text": said.text,
        "private_key": key,
        "private_digest": keyed_digest(key, private) if key else "",
    }


def rows_digest(rows: Iterable[tuple[int, str, float | None, str | None, str, str]]) -> str:
    """The sha256 over the rows of a batch, in their order, each a line of canonical JSON.

    Parameters:
        rows: place, kind, rating, flag, time as events write it, and private digest.
    """
    digest = hashlib.sha256()
    for position, kind, rating, *rest in rows:
        digest.update(canonical_json([position, kind, _whole(rating), *rest]) + b"\n")
    return digest.hexdigest()


def _whole(rating: float | None) -> float | None:
    # Canonical JSON has one form for both, and comes to it faster from the whole number.
    return int(rating) if rating is not None and rating.is_integer() and abs(rating) < _EXACT else rating
