"""Versions whose bytes retention removed: what is known of them stays, and whoever needs the bytes is told (rule 3)."""

from __future__ import annotations

from airflow_provider_registry.errors import PurgedVersionError
from airflow_provider_registry.registry.database.prepared import Row


def refuse_purged(model_name: str, version: Row) -> None:
    """Go on only with a version that has its bytes.

    Raises:
        PurgedVersionError: retention removed them.
    """
    if version["purged_at"] is not None:
        raise PurgedVersionError(
            f"Version {version['version']} of {model_name!r} was purged on {version['purged_at']:%Y-%m-%d}: retention "
            f"removed its bytes (digest {version['digest'][:12]}). What is known of it stays. Register the same bytes "
            "again to have them back, or name another version."
        )
