"""Recording profiles."""

from __future__ import annotations

from typing import Any

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row, insertion
from airflow_provider_registry.registry.profiles.queries import asked_newest, view
from airflow_provider_registry.registry.profiles.said import SaidProfile
from airflow_provider_registry.registry.profiles.tables import ProfileRow
from airflow_provider_registry.registry.profiles.views import RecordedProfile
from airflow_provider_registry.registry.versions.acts import VERSION, locked_version


def record_profile(core: Core, version: Row, said: SaidProfile, key: str | None) -> RecordedProfile:
    """Record a profile; see `Registry.record_profile`."""
    return _recorded(core, version, said, key, first=False)


def record_first_profile(core: Core, version: Row, said: SaidProfile, key: str | None) -> RecordedProfile:
    """Give a version the profile that it was registered with, unless it has one.

    It is an act of its own, right after the registration. A task that is cleared must neither write another beside it,
    nor bring back what was erased since.
    """
    return _recorded(core, version, said, key, first=True)


def _recorded(core: Core, version: Row, said: SaidProfile, key: str | None, *, first: bool) -> RecordedProfile:
    number = version["version"]

    def work(act: Act) -> RecordedProfile:
        row = locked_version(act, number)
        newest = _newest(act, row, said) if first else None
        if newest is not None:
            act.idle = True
            return view(newest)
        return _record(act, row, said)

    def repeat(act: Act, event: Row) -> RecordedProfile:
        """The profile that was recorded, while it is the newest: after another, the same said again is news."""
        row = locked_version(act, number)
        newest = _newest(act, row, said)
        assert newest is not None, "profiles are never removed"
        if first or event["id"] == newest["event_id"] or newest["digest"] == said.digest:
            return view(newest)
        act.again()
        return _record(act, row, said)

    asked = Asked(f"profile:{said.phase}", version["model_name"], sha256_of([number, said.digest]), key=key)
    named = {"model_id": version["model_id"], "version": number}
    return core.acts.run(asked, work, repeat, reads=[(VERSION, named)])


def _newest(act: Act, version: Row, said: SaidProfile) -> Row | None:
    rows = act.rows_together(asked_newest(version["id"], said))[0]
    return rows[0] if rows else None


def _record(act: Act, version: Row, said: SaidProfile) -> RecordedProfile:
    event_id = act.record(
        EventType.VERSION_PROFILED,
        said.of,
        version=version["version"],
        # Names of categories are free text: the digest of them is private, so that they can be erased.
        private={"profile_sha256": said.body_digest},
    )
    window_from, window_to = said.window or (None, None)
    row: dict[str, Any] = {
        "phase": said.phase,
        "dataset": said.dataset,
        "window_from": window_from,
        "window_to": window_to,
    }
    row |= {"digest": said.digest, "created_at": act.at}
    act.batch.write(_INSERT, **row, body=said.body, event_id=event_id, version_id=version["id"])
    return RecordedProfile(
        model_name=act.model["name"],
        version=version["version"],
        **row,
        profile=said.body,
        event=act.head["head_seq"],
        by=act.caller.actor.name,
    )


_INSERT = insertion(ProfileRow)
