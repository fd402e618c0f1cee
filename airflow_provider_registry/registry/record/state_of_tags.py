"""Checking that tags are those that were set last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, and_, select

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.database.stream import streamed
from airflow_provider_registry.registry.record.contradiction import Fail
from airflow_provider_registry.registry.record.told import Check, Told
from airflow_provider_registry.registry.versions.tables import VALUE_HEAD, TagRow, VersionRow

# What stands for a tag that was removed, and is no digest.
_GONE = ""


@dataclass
class _Said:
    """What the record says of the tags of one version.

    Attributes:
        seq: of the last event that said something of them.
        whole: no event that set any was erased, or came from a release that did not say so.
        digests: sha256 of the value by key; None where that was erased.
    """

    seq: int
    whole: bool
    digests: dict[str, str | None] = field(default_factory=dict)


class TagCheck(Check):
    """Each version has the tags that were set last, as far as nobody erased what was said."""

    what = "tags"
    hears = (EventType.VERSION_REGISTERED, EventType.VERSION_TAGGED, EventType.VERSION_UNTAGGED)

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        self._said: dict[int | None, _Said] = {}
        # Of many events that set one tag only the last is read, so that the check stays fast.
        self._last: dict[tuple[int | None, bytes], Told] = {}

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        if told.type != EventType.VERSION_REGISTERED:
            self._last[told.version, told.payload_bytes] = told
            return
        private = told.private()
        digests = None if private is None else private.get("tags_sha256")
        self._said[told.version] = _Said(told.seq, digests is not None, dict(digests or {}))

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        for told in sorted(self._last.values()):
            said = self._said[told.version]
            said.seq = max(said.seq, told.seq)
            said.digests[told.payload()["tag"]] = _digest(told)
        shown = _shown(connection, model_id, self._fail)
        for version, said in self._said.items():
            tags = shown.get(version, {})
            for key in sorted({*said.digests, *tags}):
                if _contradicts(said, key, tags):
                    self._fail(said.seq, f"version {version}: its tags are not those that were set, such as {key!r}")


def _contradicts(said: _Said, key: str, tags: Mapping[str, str]) -> bool:
    if key not in said.digests:
        return said.whole
    digest = said.digests[key]
    if digest is None:
        return False
    return digest != (sha256_of(tags[key]) if key in tags else _GONE)


def _digest(told: Told) -> str | None:
    if told.type == EventType.VERSION_UNTAGGED:
        return _GONE
    private = told.private()
    return None if private is None else sha256_of(private["value"])


def _shown(connection: Connection, model_id: int, fail: Fail) -> dict[int | None, dict[str, str]]:
    statement = (
        select(VersionRow.version, TagRow.key, TagRow.value, TagRow.value_head)
        .join(VersionRow, and_(VersionRow.id == TagRow.version_id, VersionRow.model_id == model_id))
        .order_by(TagRow.version_id)
    )
    found: dict[int | None, dict[str, str]] = {}
    with streamed(connection, statement) as rows:
        for row in rows:
            if row["value_head"] != row["value"][:VALUE_HEAD]:
                fail(1, f"version {row['version']}: its tags are searched by another value, such as {row['key']!r}")
            found.setdefault(row["version"], {})[row["key"]] = row["value"]
    return found
