"""Whether a version may have an alias at all, whatever its gates say."""

from __future__ import annotations

from datetime import datetime

from airflow_provider_registry.errors import (
    ArchivedVersionError,
    MutableArtifactError,
    OlderDataError,
    TestVersionError,
)
from airflow_provider_registry.registry.aliases.state import AliasState
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.versions.purged import refuse_purged

BACKFILL = "backfill"


def refuse_ineligible(act: Act, version: Row, state: AliasState) -> None:
    """Refuse what no gate can make good: an archived version; for a protected alias also test and mutable ones.

    Raises:
        ArchivedVersionError, PurgedVersionError, TestVersionError, MutableArtifactError: naming the version.
    """
    what = f"Version {version['version']} of {act.model['name']!r}"
    refuse_purged(act.model["name"], version)
    if version["archived_at"] is not None:
        raise ArchivedVersionError(f"{what} is archived: restore it first, or name another version.")
    if state.policy is None:
        return
    if version["is_test"]:
        raise TestVersionError(
            f"{what} was made by `airflow dags test`, and {state.name!r} is protected: register it in a real run."
        )
    if version["mutable"]:
        raise MutableArtifactError(
            f"{what} is a reference to bytes that others can change ({version['uri']}), and {state.name!r} is "
            "protected: register it with copy=True, or from a bucket with versions."
        )


def refuse_older(act: Act, version: Row, state: AliasState) -> None:
    """Refuse a backfill, and a version of older data than that of the one that holds the alias (rule 2).

    Raises:
        OlderDataError: naming both.
    """
    what = f"Version {version['version']} of {act.model['name']!r}"
    way = f"and does not take {state.name!r} by itself: promote it with allow_older=True if you mean it."
    if version["run_type"] == BACKFILL:
        raise OlderDataError(f"{what} comes from a backfill, {way}")
    if state.holder is None:
        return
    mine, live = _data_until(version), _data_until(state.holder)
    if mine is not None and live is not None and mine < live:
        raise OlderDataError(
            f"{what} was made of data until {mine:%Y-%m-%d %H:%M}, older than the {live:%Y-%m-%d %H:%M} of version "
            f"{state.holder['version']}, which holds the alias, {way}"
        )


def _data_until(version: Row) -> datetime | None:
    until: datetime | None = version["data_interval_end"] or version["logical_date"]
    return until
