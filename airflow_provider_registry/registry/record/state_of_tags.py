"""Checking that tags are those that were set last."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, RowMapping, and_, select

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.registry.database.stream import streamed
from airflow_provider_registry.registry.record.contradiction import Fail
from airflow_provider_registry.registry.record.events import EventType
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import VALUE_HEAD, TagRow, VersionRow

_TOLD = (EventType.VERSION_REGISTERED, EventType.VERSION_TAGGED, EventType.VERSION_UNTAGGED)
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


def check_tags(connection: Connection, model_id: int, fail: Fail) -> None:
    """Each version has the tags that were set last, as far as nobody erased what was said."""
    said, shown = _said(connection, model_id), _shown(connection, model_id, fail)
    for version, told in said.items():
        tags = shown.get(version, {})
        for key in sorted({*told.digests, *tags}):
            if _contradicts(told, key, tags):
                fail(told.seq, f"version {version}: its tags are not those that were set, such as {key!r}")


def _contradicts(said: _Said, key: str, tags: Mapping[str, str]) -> bool:
    if key not in said.digests:
        return said.whole
    digest = said.digests[key]
    if digest is None:
        return False
    return digest != (sha256_of(tags[key]) if key in tags else _GONE)


def _said(connection: Connection, model_id: int) -> dict[int, _Said]:
    columns = (EventRow.seq, EventRow.type, EventRow.version, EventRow.body, EventRow.private)
    mine = select(*columns).where(EventRow.model_id == model_id, EventRow.type.in_(_TOLD)).order_by(EventRow.seq)
    found: dict[int, _Said] = {}
    last: dict[tuple[int, bytes], RowMapping] = {}
    with streamed(connection, mine) as rows:
        for row in rows:
            if row["type"] == EventType.VERSION_REGISTERED:
                digests = None if row["private"] is None else json.loads(row["private"]).get("tags_sha256")
                found[row["version"]] = _Said(row["seq"], digests is not None, dict(digests or {}))
            else:
                last[row["version"], _payload(row["body"])] = row
    for (version, payload), row in sorted(last.items(), key=lambda item: item[1]["seq"]):
        told = found[version]
        told.seq = max(told.seq, row["seq"])
        told.digests[json.loads(payload)["tag"]] = _digest(row)
    return found


def _payload(body: bytes) -> bytes:
    """The payload's own bytes: of many events that set one tag only the last is read, so that the check stays fast.

    In canonical JSON the keys are sorted, and a text has no bare quotes: these marks are nowhere else.
    """
    start = body.index(b',"payload":') + len(b',"payload":')
    return body[start : body.index(b',"previous":"', start)]


def _digest(row: RowMapping) -> str | None:
    if row["type"] == EventType.VERSION_UNTAGGED:
        return _GONE
    return None if row["private"] is None else sha256_of(json.loads(row["private"])["value"])


def _shown(connection: Connection, model_id: int, fail: Fail) -> dict[int, dict[str, str]]:
    statement = (
        select(VersionRow.version, TagRow.key, TagRow.value, TagRow.value_head)
        .join(VersionRow, and_(VersionRow.id == TagRow.version_id, VersionRow.model_id == model_id))
        .order_by(TagRow.version_id)
    )
    found: dict[int, dict[str, str]] = {}
    with streamed(connection, statement) as rows:
        for row in rows:
            if row["value_head"] != row["value"][:VALUE_HEAD]:
                fail(1, f"version {row['version']}: its tags are searched by another value, such as {row['key']!r}")
            found.setdefault(row["version"], {})[row["key"]] = row["value"]
    return found
