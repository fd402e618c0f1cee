"""Checking that reviews are what the record says of them: rows that only some database roles can write."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, String, and_, select, type_coerce

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.contradiction import Fail
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.told import Check, Told
from airflow_provider_registry.registry.reviews.tables import ReviewRow
from airflow_provider_registry.registry.versions.tables import VersionRow


class ReviewCheck(Check):
    """Each review is the one that its event means, and none is away: whoever may not write one cannot make one up."""

    what = "reviews"
    hears = (EventType.ALIAS_REVIEWED,)

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        # Alias, version, number of the assignment, outcome, role, and when, by the event.
        self._said: dict[int, list[Any]] = {}

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        said = told.payload()
        facts = [said[name] for name in ("assignment", "outcome", "role")]
        self._said[told.seq] = [told.alias, told.version, *facts, told.at]

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        shown = {row["seq"] or 0: _shown(row) for row in _rows(connection, model_id)}
        for seq in sorted({*self._said, *shown}):
            if self._said.get(seq) != shown.get(seq):
                self._fail(seq or 1, "a review of what holds an alias is not what the record says")


def _rows(connection: Connection, model_id: int) -> list[RowMapping]:
    """The reviews of the model's assignments, and those of its events."""
    outcome = type_coerce(ReviewRow.outcome, String).label("outcome")
    columns = (ReviewRow.assignment_id, outcome, ReviewRow.role, ReviewRow.created_at)
    statement = (
        select(EventRow.seq, AliasRow.name.label("alias"), VersionRow.version, *columns)
        .select_from(ReviewRow)
        .outerjoin(EventRow, and_(EventRow.id == ReviewRow.event_id, EventRow.model_id == model_id))
        .outerjoin(AssignmentRow, and_(AssignmentRow.id == ReviewRow.assignment_id, AssignmentRow.model_id == model_id))
        .outerjoin(AliasRow, AliasRow.id == AssignmentRow.alias_id)
        .outerjoin(VersionRow, VersionRow.id == AssignmentRow.version_id)
    )
    mine = AssignmentRow.id.is_not(None) | EventRow.id.is_not(None)
    return list(connection.execute(statement.where(mine)).mappings())


def _shown(row: RowMapping) -> list[Any]:
    facts = [row[name] for name in ("alias", "version", "assignment_id", "outcome", "role")]
    return [*facts, moment(row["created_at"])]
