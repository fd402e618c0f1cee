"""What may still be said of a version after its registration: tags, description, archived or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from sqlalchemy import bindparam, delete, func, insert, select, update

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import (
    ArchivedVersionError,
    NotFoundError,
    ReservedTagError,
    SupersededSinceError,
    VersionInUseError,
)
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import check_key, check_text
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Prepared, Row
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.requests.states import Ending
from airflow_provider_registry.registry.versions.details import read_tags
from airflow_provider_registry.registry.versions.needed import Scope, in_use
from airflow_provider_registry.registry.versions.numbered import has_number
from airflow_provider_registry.registry.versions.purged import refuse_purged
from airflow_provider_registry.registry.versions.queries import no_version
from airflow_provider_registry.registry.versions.registration import TEST_TAG
from airflow_provider_registry.registry.versions.rows import head_columns
from airflow_provider_registry.registry.versions.tables import TagRow, VersionRow


def tag(core: Core, version: Row, key: str, value: str, act_key: str | None) -> None:
    """Set one tag; see `Registry.set_tag`."""
    ((name, text),) = read_tags({check_key("tag", key): value}).items()
    _refuse_reserved(name)

    def work(act: Act, row: Row) -> None:
        _delete_tag(act, row, name)
        act.connection.execute(insert(TagRow).values(version_id=row["id"], **head_columns(name, text)))
        private = {"value": text}
        act.record(EventType.VERSION_TAGGED, {"tag": name}, version=row["version"], private=private)

    def stands(act: Act, row: Row) -> bool:
        return _tag_value(act, row, name) == text

    _on_version(core, version, f"tag:{name}", text, act_key, work, stands, again=True)


def untag(core: Core, version: Row, key: str, act_key: str | None) -> None:
    """Remove one tag; see `Registry.delete_tag`."""
    check_key("tag", key)
    _refuse_reserved(key)

    def work(act: Act, row: Row) -> None:
        if not _delete_tag(act, row, key):
            raise NotFoundError(f"Version {row['version']} of {act.model['name']!r} has no tag {key!r}.")
        act.record(EventType.VERSION_UNTAGGED, {"tag": key}, version=row["version"])

    def stands(act: Act, row: Row) -> bool:
        return _tag_value(act, row, key) is None

    _on_version(core, version, f"untag:{key}", "", act_key, work, stands, again=True)


def describe(core: Core, version: Row, description: str, act_key: str | None) -> None:
    """Change the description; see `Registry.describe_version`."""
    check_text("description", description)

    def work(act: Act, row: Row) -> None:
        _change(act, row, description=description)
        private = {"description": description}
        act.record(EventType.VERSION_DESCRIBED, {}, version=row["version"], private=private)

    def stands(act: Act, row: Row) -> bool:
        return bool(row["description"] == description)

    _on_version(core, version, "describe", description, act_key, work, stands, again=True)


def archive(
    core: Core,
    version: Row,
    reason: str,
    act_key: str | None,
    check: Callable[[Act, Row], None] = lambda act, row: None,
) -> None:
    """Archive a version; see `Registry.archive_version`.

    Parameters:
        check: looks at the version under the lock, and raises what keeps it from being archived.
    """
    check_text("reason", reason)

    def work(act: Act, row: Row) -> None:
        if row["archived_at"] is not None:
            raise ArchivedVersionError(f"Version {row['version']} of {act.model['name']!r} is archived already.")
        check(act, row)
        if uses := in_use(Scope(act.connection, act.model["id"], act.at, row["id"])):
            raise VersionInUseError(
                f"Version {row['version']} of {act.model['name']!r} is in use: it {' and '.join(uses)}. Let another "
                "version take its place first."
            )
        _change(act, row, archived_at=act.at)
        act.pending.end_all(Ending.ARCHIVED, version_id=row["id"])
        act.record(EventType.VERSION_ARCHIVED, {}, version=row["version"], private={"reason": reason})

    _on_version(core, version, "archive", "", act_key, work, lambda act, row: row["archived_at"] is not None)


def restore(core: Core, version: Row, reason: str, act_key: str | None) -> None:
    """Take a version back out of the archive; see `Registry.restore_version`."""
    check_text("reason", reason)

    def work(act: Act, row: Row) -> None:
        if row["archived_at"] is None:
            raise NotFoundError(f"Version {row['version']} of {act.model['name']!r} is not archived.")
        refuse_purged(act.model["name"], row)
        _change(act, row, archived_at=None)
        act.record(EventType.VERSION_RESTORED, {}, version=row["version"], private={"reason": reason})

    _on_version(core, version, "restore", "", act_key, work, lambda act, row: row["archived_at"] is None)


def locked_version(act: Act, number: int) -> Row:
    """A version's row under its model's lock.

    Raises:
        VersionNotFoundError: there is no such version.
    """
    rows = act.rows(VERSION, model_id=act.model["id"], version=number)
    if not rows:
        raise no_version(act.model, number)
    return rows[0]


VERSION = Prepared(
    lambda dialect: select(VersionRow.__table__).where(
        VersionRow.model_id == bindparam("model_id"), has_number(bindparam("version"))
    )
)


def _on_version(
    core: Core,
    version: Row,
    name: str,
    fingerprint: str,
    act_key: str | None,
    work: Callable[[Act, Row], None],
    stands: Callable[[Act, Row], bool],
    *,
    again: bool = False,
) -> None:
    """Do an act on one version; its repeat is an answer only while what it did still stands.

    Parameters:
        again: do it once more where it does not, since the last word counts (a tag); else that is refused.
    """
    number = version["version"]

    def repeat(act: Act, event: Row) -> None:
        row = locked_version(act, number)
        if stands(act, row):
            return
        if not again:
            _superseded(act, event)
        act.again()
        work(act, row)

    asked = Asked(name, version["model_name"], sha256_of([number, fingerprint]), key=act_key)
    core.acts.run(asked, lambda act: work(act, locked_version(act, number)), repeat)


def _superseded(act: Act, event: Row) -> NoReturn:
    undoing = (EventType.VERSION_ARCHIVED, EventType.VERSION_RESTORED)
    same = (EventRow.model_id == act.model["id"], EventRow.version == event["version"], EventRow.type.in_(undoing))
    ended = act.connection.execute(select(func.max(EventRow.seq)).where(*same)).scalar_one()
    raise SupersededSinceError(
        f"Version {event['version']} of {act.model['name']!r}: event {event['seq']} of the record did this before, and "
        f"event {ended} undid it since. To do it again all the same, start a new Dag run, or give another key=.",
        event=event["seq"],
        ended_by=ended,
    )


def _change(act: Act, row: Row, **values: Any) -> None:
    act.connection.execute(update(VersionRow).where(VersionRow.id == row["id"]).values(**values))


def _tag_value(act: Act, row: Row, key: str) -> str | None:
    same = (TagRow.version_id == row["id"], TagRow.key == key)
    return act.connection.execute(select(TagRow.value).where(*same)).scalar_one_or_none()


def _delete_tag(act: Act, row: Row, key: str) -> bool:
    same = (TagRow.version_id == row["id"], TagRow.key == key)
    return act.connection.execute(delete(TagRow).where(*same)).rowcount == 1


def _refuse_reserved(key: str) -> None:
    if key == TEST_TAG:
        raise ReservedTagError(f"The tag {TEST_TAG!r} is the registry's own: it marks what `airflow dags test` made.")
