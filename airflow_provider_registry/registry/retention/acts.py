"""Setting the retention of a model, and what it does to one version or one artifact, each an act of its own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import ArchivedVersionError, SupersededSinceError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import check_text
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.retention.plan import Standing, why_kept, why_not_purged
from airflow_provider_registry.registry.retention.queries import standings_with_bytes
from airflow_provider_registry.registry.retention.retention import Retention
from airflow_provider_registry.registry.versions.acts import archive
from airflow_provider_registry.registry.versions.needed import Scope
from airflow_provider_registry.registry.versions.tables import VersionRow


class _KeptError(Exception):
    """Under the lock, a version turned out to be kept after all: nothing is written. It stays in this module."""


def set_retention(core: Core, model_name: str, retention: Retention | None, reason: str, key: str | None) -> None:
    """Set or remove the retention of a model; see `Registry.set_retention`."""
    check_text("reason", reason)
    wanted = None if retention is None else retention.as_mapping()

    def work(act: Act) -> None:
        before = act.model["retention"]
        if before == wanted:
            act.idle = True
            return
        act.changes["retention"] = wanted
        act.record(EventType.RETENTION_SET, {"retention": wanted, "before": before}, private={"reason": reason})

    def repeat(act: Act, event: Row) -> None:
        if act.model["retention"] != wanted:
            act.superseded(event, "The retention was set")

    core.acts.run(Asked("set_retention", model_name, sha256_of(wanted), key=key), work, repeat)


def archive_by_retention(core: Core, model: Row, standing: Standing, retention: Retention) -> str | None:
    """Archive a version; gives why it is kept, where something has come to need it or somebody was quicker."""

    def check(act: Act, row: Row) -> None:
        _refuse_other(act, retention)
        found = standings_with_bytes(_scope(act), row["digest"])
        mine = next((each for each in found if each.version == row["version"]), None)
        why = mine and why_kept(retention, mine, act.model["last_version"], act.at)
        if why is not None:
            raise _KeptError(why)

    row = {"version": standing.version, "model_name": model["name"]}
    try:
        archive(core, row, _reason(retention), None, check)
    except _KeptError as kept:
        return str(kept)
    except ArchivedVersionError:
        return "was archived by somebody else meanwhile"
    except SupersededSinceError:
        return "was restored since this very task archived it"
    return None


def purge(core: Core, model: Row, digest: str, retention: Retention) -> str | None:
    """Mark the versions that have these bytes as purged, so that the bytes may go; or gives why they are kept."""

    def work(act: Act) -> None:
        _refuse_other(act, retention)
        found = standings_with_bytes(_scope(act), digest)
        why = why_not_purged(retention, found, act.model["last_version"], act.at) if found else "was purged meanwhile"
        if why is not None:
            raise _KeptError(why)
        numbers = [each.version for each in found]
        mine = (VersionRow.model_id == act.model["id"], VersionRow.version.in_(numbers))
        act.connection.execute(update(VersionRow).where(*mine).values(purged_at=act.at))
        payload: dict[str, Any] = {"digest": digest, "purged": numbers}
        private = {"reason": _reason(retention)}
        act.record(EventType.VERSION_PURGED, payload, version=numbers[0], private=private)

    def repeat(act: Act, event: Row) -> None:
        if standings_with_bytes(_scope(act), digest):
            raise _KeptError("has its bytes again since this very task purged it")

    try:
        core.acts.run(Asked("purge", model["name"], sha256_of(digest)), work, repeat)
    except _KeptError as kept:
        return str(kept)
    return None


def _reason(retention: Retention) -> str:
    return f"Retention: {retention.text}."


def _refuse_other(act: Act, retention: Retention) -> None:
    if act.model["retention"] != retention.as_mapping():
        raise _KeptError("is of a model that got another retention meanwhile")


def _scope(act: Act) -> Scope:
    return Scope(act.connection, act.model["id"], act.at)
