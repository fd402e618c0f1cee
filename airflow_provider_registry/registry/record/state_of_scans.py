"""Checking that scans are what the record says of them."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, Text, and_, select, type_coerce

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.database.stream import streamed
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.contradiction import Fail, parsed
from airflow_provider_registry.registry.record.told import Check, Told
from airflow_provider_registry.registry.scans.tables import ScanRow
from airflow_provider_registry.registry.versions.tables import VersionRow

_OPEN = ("digest", "outcome", "scanner", "scanner_version", "rules", "findings_digest")


class _Said(NamedTuple):
    """What an event says of a scan."""

    seq: int
    facts: tuple[Any, ...]


class ScanCheck(Check):
    """Each scan is the one that its event means, and none is away."""

    what = "scans"
    hears = (EventType.VERSION_SCANNED,)

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        self._said: dict[int, _Said] = {}

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        payload = told.payload()
        self._said[told.id] = _Said(told.seq, (told.version, told.at, *(payload[name] for name in _OPEN)))

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        statement = (
            select(ScanRow.__table__, type_coerce(ScanRow.findings, Text).label("said"), VersionRow.version)
            .join(VersionRow, and_(VersionRow.id == ScanRow.version_id, VersionRow.model_id == model_id))
            .order_by(ScanRow.event_id)
        )
        with streamed(connection, statement) as rows:
            for row in rows:
                said = self._said.pop(row["event_id"], None)
                if said is None:
                    self._fail(1, f"version {row['version']}: there is a scan that came with no event of this record")
                if not _agree(said, row):
                    self._fail(said.seq, f"version {row['version']}: its scan is not the one that was recorded")
        for said in self._said.values():
            self._fail(said.seq, f"version {said.facts[0]}: its scan is not there")


def _agree(said: _Said, row: RowMapping) -> bool:
    findings = parsed(row["said"])
    if not isinstance(findings, list) or sha256_of(findings) != row["findings_digest"]:
        return False
    return said.facts == (row["version"], moment(row["created_at"]), *(row[name] for name in _OPEN))
