"""Checking that the history of aliases is what the record says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, and_, select

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.database.stream import streamed_tuples
from airflow_provider_registry.registry.record.contradiction import Fail
from airflow_provider_registry.registry.record.moments import said_moment
from airflow_provider_registry.registry.record.told import Check, Told
from airflow_provider_registry.registry.versions.tables import VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows

_CONFIRMED, _CLEARED = EventType.ALIAS_CONFIRMED, EventType.ALIAS_CLEARED
_ROLLED_BACK, _POLICY_SET = EventType.ALIAS_ROLLED_BACK, EventType.POLICY_SET


class _Holding(NamedTuple):
    """What one event says of who holds an alias from then on.

    Attributes:
        set_by: id of the event.
    """

    seq: int
    set_by: int
    alias: str
    version: int
    since: str
    is_rollback: bool


class AliasCheck(Check):
    """Each alias pointed at what the record says, from when to when it says, and at nothing else."""

    what = "aliases"
    hears = (
        *(EventType.ALIAS_PROMOTED, EventType.ALIAS_OVERRIDDEN, _ROLLED_BACK, _CLEARED, _CONFIRMED),
        _POLICY_SET,
    )

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        self._names: set[str | None] = set()
        self._holdings: list[_Holding] = []
        self._newest: dict[str | None, _Holding] = {}
        self._held: set[tuple[str | None, int | None]] = set()
        # When each holding ended, and by which event; and the number of the assignment that an event confirmed. By the
        # event that set it.
        self._ended: dict[int, tuple[str, int]] = {}
        self._confirmed: dict[int, int] = {}

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        kind, alias, version = told.type, told.alias, told.version
        self._names.add(alias)
        if kind == _POLICY_SET:
            return
        if kind == _CONFIRMED:
            self._confirmed[self._newest[alias].set_by] = told.payload()["assignment"]
            return
        before = self._newest.pop(alias, None)
        if before is not None:
            self._ended[before.set_by] = (told.at, told.id)
        is_rollback = kind == _ROLLED_BACK
        # It asks nothing of a policy, since its version was let in before: so it must have been.
        if is_rollback and (alias, version) not in self._held:
            self._fail(told.seq, "it rolled the alias back to a version that never held it")
        self._held.add((alias, version))
        # An override that emptied the alias names no version.
        if kind != _CLEARED and alias is not None and version is not None:
            holding = _Holding(told.seq, told.id, alias, version, told.at, is_rollback)
            self._holdings.append(holding)
            self._newest[alias] = holding

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        ways = _WaysBack()
        with streamed_tuples(connection, _assignments(connection.dialect.name, model_id)) as rows:
            for holding, row in zip_longest(self._holdings, rows):
                if holding is None or row is None or not self._is_shown(holding, row):
                    self._fail(*self._contradiction(holding, row))
                if not ways.lead_back(holding, row):
                    self._fail(holding.seq, "what a rollback of the alias goes back to is not what the record says")
        self._check_names(connection, model_id)

    def _is_shown(self, holding: _Holding, row: Sequence[Any]) -> bool:
        assignment_id, set_by, *shown, _ = row
        ended = self._ended.get(set_by, (None, None))
        return (
            set_by == holding.set_by
            and shown == [holding.alias, holding.version, holding.since, *ended]
            and self._confirmed.get(set_by, assignment_id) == assignment_id
        )

    def _contradiction(self, holding: _Holding | None, row: Sequence[Any] | None) -> tuple[int, str]:
        """The event that the tables contradict first, and how."""
        if holding is not None and (row is None or row[1] >= holding.set_by):
            return holding.seq, "the history of the alias is not what the record says"
        before = [each.seq for each in self._holdings if row is not None and each.set_by <= row[1]]
        return max(before, default=1), "the history of the aliases has more rows than the record says"

    def _check_names(self, connection: Connection, model_id: int) -> None:
        rows = connection.execute(select(AliasRow.name, AliasRow.folded).where(AliasRow.model_id == model_id)).all()
        for name, folded in rows:
            if name not in self._names or folded != fold(name):
                self._fail(1, f"there is an alias {name!r}, found as {folded!r}, that no event of this record made")
        for missing in self._names.difference(name for name, _ in rows):
            self._fail(1, f"the alias {missing!r} is not there")


class _WaysBack:
    """Where rollbacks go: to what was displaced; after a rollback, to what an earlier holding of the version had."""

    def __init__(self) -> None:
        self._set_by: dict[int, int] = {}
        self._newest: dict[str, int] = {}
        self._ways: defaultdict[tuple[str, int], set[int | None]] = defaultdict(set)

    def lead_back(self, holding: _Holding, row: Sequence[Any]) -> bool:
        """Whether an assignment, the next in the order of the record, goes back to where it may."""
        assignment_id, previous_id = row[0], row[-1]
        self._set_by[assignment_id] = holding.set_by
        ways = self._ways[holding.alias, holding.version]
        previous = None if previous_id is None else self._set_by.get(previous_id, -1)
        may = previous in ways if holding.is_rollback else previous == self._newest.get(holding.alias)
        ways.add(previous)
        self._newest[holding.alias] = holding.set_by
        return may


def _assignments(dialect: str, model_id: int) -> Rows:
    # Rows of another model have the same names, numbers and places, and none of them is meant here.
    from_at, to_at = (said_moment(dialect, time) for time in (AssignmentRow.from_at, AssignmentRow.to_at))
    return (
        select(AssignmentRow.id, AssignmentRow.set_by_event, AliasRow.name, VersionRow.version, from_at, to_at)
        .add_columns(AssignmentRow.ended_by_event, AssignmentRow.previous_id)
        .outerjoin(AliasRow, and_(AliasRow.id == AssignmentRow.alias_id, AliasRow.model_id == model_id))
        .outerjoin(VersionRow, and_(VersionRow.id == AssignmentRow.version_id, VersionRow.model_id == model_id))
        .where(AssignmentRow.model_id == model_id)
        .order_by(AssignmentRow.set_by_event, AssignmentRow.id)
    )
