"""Checking that profiles are what the record says of them."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, Text, and_, select, type_coerce

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.database.stream import streamed
from airflow_provider_registry.registry.profiles.said import SaidProfile
from airflow_provider_registry.registry.profiles.tables import ProfileRow
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.contradiction import BROKEN, Fail, parsed
from airflow_provider_registry.registry.record.told import Check, Told
from airflow_provider_registry.registry.versions.tables import VersionRow


class _Said(NamedTuple):
    """What an event says of a profile.

    Attributes:
        of: phase, dataset and window.
        body: its sha256; of nothing where it was erased.
    """

    seq: int
    version: int | None
    of: dict[str, Any]
    at: str
    body: str

    @property
    def what(self) -> str:
        """The profile, in words."""
        return f"version {self.version}: its profile of the phase {self.of['phase']}"


class ProfileCheck(Check):
    """Each profile is the one that its event means, and none is away."""

    what = "profiles"
    hears = (EventType.VERSION_PROFILED,)

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        self._said: dict[int, _Said] = {}

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        private, of = told.private(), told.payload()
        of.pop("requests", None)
        digest = _NOTHING if private is None else private["profile_sha256"]
        self._said[told.id] = _Said(told.seq, told.version, of, told.at, digest)

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        statement = (
            select(ProfileRow.__table__, type_coerce(ProfileRow.body, Text).label("said"), VersionRow.version)
            .join(VersionRow, and_(VersionRow.id == ProfileRow.version_id, VersionRow.model_id == model_id))
            .order_by(ProfileRow.event_id)
        )
        with streamed(connection, statement) as rows:
            for row in rows:
                said = self._said.pop(row["event_id"], None)
                if said is None:
                    self._fail(
                        1, f"version {row['version']}: there is a profile that came with no event of this record"
                    )
                if not _agree(said, row):
                    self._fail(said.seq, f"{said.what} is not the one that was recorded")
        for said in self._said.values():
            self._fail(said.seq, f"{said.what} is not there")


def _agree(said: _Said, row: RowMapping) -> bool:
    body = parsed(row["said"])
    if body is BROKEN or not isinstance(body, dict):
        return False
    begin, end = row["window_from"], row["window_to"]
    if (begin is None) != (end is None):
        return False
    shown = SaidProfile(row["phase"], row["dataset"], None if begin is None else (begin, end), body)
    facts = (row["version"], shown.of, moment(row["created_at"]), shown.body_digest, shown.digest)
    return facts == (said.version, said.of, said.at, said.body, row["digest"])


_NOTHING = sha256_of({})
