"""Checking that the outcomes of checks are what the record says of them."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, Text, and_, select, type_coerce

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.checks.outcome import Outcome
from airflow_provider_registry.registry.checks.tables import CheckRow
from airflow_provider_registry.registry.database.stream import streamed
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.contradiction import BROKEN, Fail, parsed
from airflow_provider_registry.registry.record.told import Check, Told
from airflow_provider_registry.registry.versions.tables import VersionRow


class _Said(NamedTuple):
    """What an event says of a check.

    Attributes:
        facts: version, name, outcome, and when.
        evidence: its sha256; of nothing where it was erased.
    """

    seq: int
    facts: tuple[Any, ...]
    evidence: str

    @property
    def what(self) -> str:
        """The check, in words."""
        version, name, *_ = self.facts
        return f"version {version}: its check {name!r}"


class CheckedCheck(Check):
    """Each outcome of a check is the one that its event means, and none is away."""

    what = "checks"
    hears = (EventType.VERSION_CHECKED,)

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        self._said: dict[int, _Said] = {}

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        payload, private = told.payload(), told.private()
        digest = _NOTHING if private is None else private["evidence_sha256"]
        self._said[told.id] = _Said(told.seq, (told.version, payload["check"], payload["passed"], told.at), digest)

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        statement = (
            select(CheckRow.__table__, type_coerce(CheckRow.evidence, Text).label("said"), VersionRow.version)
            .join(VersionRow, and_(VersionRow.id == CheckRow.version_id, VersionRow.model_id == model_id))
            .order_by(CheckRow.event_id)
        )
        with streamed(connection, statement) as rows:
            for row in rows:
                said = self._said.pop(row["event_id"], None)
                if said is None:
                    self._fail(1, f"version {row['version']}: there is a check that came with no event of this record")
                if not _agree(said, row):
                    self._fail(said.seq, f"{said.what} is not the one that was recorded")
        for said in self._said.values():
            self._fail(said.seq, f"{said.what} is not there")


def _agree(said: _Said, row: RowMapping) -> bool:
    evidence = parsed(row["said"])
    if evidence is BROKEN or not isinstance(evidence, dict):
        return False
    facts = (row["version"], row["name"], row["passed"], moment(row["created_at"]))
    shown = Outcome(row["name"], row["passed"], evidence)
    return (facts, shown.evidence_digest, shown.digest) == (said.facts, said.evidence, row["digest"])


_NOTHING = sha256_of({})
