"""Checking that what people wrote of versions is what the record says of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, Text, and_, select, type_coerce

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.cards.tables import CardRow
from airflow_provider_registry.registry.cards.written import NOTHING, WrittenCard
from airflow_provider_registry.registry.database.stream import streamed
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.contradiction import BROKEN, Fail, parsed
from airflow_provider_registry.registry.record.told import Check, Told
from airflow_provider_registry.registry.versions.tables import VersionRow


class _Said(NamedTuple):
    """What an event says of a card.

    Attributes:
        facts: version, revision, sections with keys of the registry's own, and when.
        digest: of the card; of nothing where it was erased.
    """

    seq: int
    facts: tuple[Any, ...]
    digest: str

    @property
    def what(self) -> str:
        """The revision, in words."""
        version, revision, *_ = self.facts
        return f"version {version}: revision {revision} of its card"


class CardCheck(Check):
    """Each revision of a card is the one that its event means, and none is away."""

    what = "cards"
    hears = (EventType.VERSION_CARD_SET,)

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        self._said: dict[int, _Said] = {}
        self._revisions: dict[int | None, int] = {}

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        payload, private = told.payload(), told.private()
        self._follow(told, payload["revision"])
        sections = [] if private is None else payload["sections"]
        digest = NOTHING.digest if private is None else private["card_sha256"]
        self._said[told.id] = _Said(told.seq, (told.version, payload["revision"], sections, told.at), digest)

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        statement = (
            select(
                CardRow.__table__,
                type_coerce(CardRow.front_matter, Text).label("said"),
                type_coerce(CardRow.sections, Text).label("listed"),
                VersionRow.version,
            )
            .join(VersionRow, and_(VersionRow.id == CardRow.version_id, VersionRow.model_id == model_id))
            .order_by(CardRow.event_id)
        )
        with streamed(connection, statement) as rows:
            for row in rows:
                said = self._said.pop(row["event_id"], None)
                if said is None:
                    self._fail(1, f"version {row['version']}: there is a card that came with no event of this record")
                if not _agree(said, row):
                    self._fail(said.seq, f"{said.what} is not the one that was set")
        for said in self._said.values():
            self._fail(said.seq, f"{said.what} is not there")

    def _follow(self, told: Told, revision: int) -> None:
        before = self._revisions.get(told.version, 0)
        if revision != before + 1:
            self._fail(told.seq, f"it set revision {revision} of the card of version {told.version} after {before}")
        self._revisions[told.version] = revision


def _agree(said: _Said, row: RowMapping) -> bool:
    metadata, sections = parsed(row["said"]), parsed(row["listed"])
    if BROKEN in (metadata, sections) or not isinstance(metadata, dict) or not isinstance(sections, list):
        return False
    card = WrittenCard(row["text"], metadata, tuple(sections))
    facts = (row["version"], row["revision"], card.known_sections, moment(row["created_at"]))
    return (facts, card.digest, row["digest"]) == (said.facts, said.digest, said.digest)
