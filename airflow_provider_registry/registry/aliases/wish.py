"""What somebody who wants an alias for a version asks."""

from __future__ import annotations

from dataclasses import dataclass

from airflow_provider_registry.registry.database.prepared import Row


@dataclass(frozen=True)
class Wish:
    """The version, the alias, and what was said with it.

    Attributes:
        version: its row.
        allow_older: whether a backfill, or older data than the live version's, may take the alias.
        key: the user's own part of the act's key.
        request: id of the promotion request to commit; None for whichever is pending.
    """

    version: Row
    alias: str
    reason: str
    allow_older: bool
    key: str | None
    request: int | None = None
