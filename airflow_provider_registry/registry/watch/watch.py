"""What has happened to many aliases and requests since they were looked at last (rule 12).

A look costs a statement for aliases and one for requests, and what it reads is what moved: while nothing happens, the
database compares the length of each model's record, and nothing comes back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping

from airflow_provider_registry.registry.aliases.queries import view as assignment_of
from airflow_provider_registry.registry.requests.newest import status_of
from airflow_provider_registry.registry.requests.views import RequestStatus
from airflow_provider_registry.registry.watch.statements import select_holders, select_requests

if TYPE_CHECKING:
    from airflow_provider_registry.registry import Registry
    from airflow_provider_registry.registry.aliases.views import Assignment
    from airflow_provider_registry.registry.database.rows import Rows

AliasNamed = tuple[str, str]
"""A model's name and an alias's, both folded; the alias is empty where the model's record itself is watched."""
RequestNamed = tuple[str, int, str]
"""A model's name, a version's number and an alias's name, the names folded."""
Named = AliasNamed | RequestNamed
Change = tuple[Named, "Assignment | RequestStatus | int | None"]
"""What is watched, and how it stands now: a record by its length. None: the alias points at nothing, nobody has asked.
"""

# The length of no record.
_UNKNOWN = -1


@dataclass
class Watch:
    """Looks again and again, and remembers what it saw. It is no thread's in particular, but one's at a time."""

    _aliases: _Kind = field(default_factory=lambda: _Kind(select_holders, _assignment))
    _requests: _Kind = field(default_factory=lambda: _Kind(select_requests, _status))

    def look(self, registry: Registry, joined: Iterable[Named] = (), left: Iterable[Named] = ()) -> list[Change]:
        """What is otherwise than it was at the last look, and all that joined.

        Where it raises, nothing is lost: the next look finds it.

        Parameters:
            joined: what to watch from now on; again: what to answer on, whatever has happened to it.
            left: what to watch no longer.
        """
        for named in left:
            self._kind(named).leave(named)
        for named in joined:
            self._kind(named).join(named)
        # Both are read before either takes note of anything: what was read would be lost where the other fails.
        read = [(kind, kind.read(registry)) for kind in (self._aliases, self._requests)]
        return [change for kind, rows in read for change in kind.changes(rows)]

    def _kind(self, named: Named) -> _Kind:
        return self._aliases if len(named) == 2 else self._requests


@dataclass(slots=True)
class _Group:
    """What is watched of one alias.

    Attributes:
        marks: how each was seen last, by the version's number, or by None for the alias itself.
        head: how long the model's record was then.
        until: when one of them expires.
        text: all that as the statement reads it; empty where it is to be written anew.
    """

    model: str
    alias: str
    marks: dict[int | None, str | None] = field(default_factory=dict)
    head: int = _UNKNOWN
    until: datetime | None = None
    text: str = ""

    def expect(self, expires_at: datetime | None) -> None:
        """Take note of when one of them expires."""
        if expires_at is not None and (self.until is None or expires_at < self.until):
            self.until = expires_at

    def asked(self, dialect: str) -> str:
        """What the statement reads of it, as JSON."""
        if not self.text:
            at = self.until.strftime("%Y-%m-%d %H:%M:%S.%f") if self.until else None
            if at and dialect == "postgresql":
                at += "+00"
            versions = [version for version in self.marks if version is not None]
            given = {"model": self.model, "alias": self.alias, "head": self.head, "until": at, "versions": versions}
            self.text = json.dumps(given)
        return self.text


@dataclass
class _Kind:
    """All that is watched with one statement."""

    statement: Callable[[Connection, str], Rows]
    view: Callable[[RowMapping], tuple[str, Any]]
    _groups: dict[tuple[str, str], _Group] = field(default_factory=dict)

    def join(self, named: Named) -> None:
        """Answer on it at the next look."""
        model, alias = named[0], named[-1]
        group = self._groups.setdefault((model, str(alias)), _Group(model, str(alias)))
        group.marks[_version(named)] = None
        group.head, group.text = _UNKNOWN, ""

    def leave(self, named: Named) -> None:
        """Ask no more about it."""
        where = (named[0], str(named[-1]))
        if (group := self._groups.get(where)) is not None:
            group.marks.pop(_version(named), None)
            group.text = ""
            if not group.marks:
                del self._groups[where]

    def read(self, registry: Registry) -> Sequence[RowMapping]:
        """What moved; nothing is sent where nothing is watched."""
        if not self._groups:
            return []
        dialect = registry.engine.dialect.name
        body = f"[{','.join(group.asked(dialect) for group in self._groups.values())}]"
        return registry._core.read(
            lambda connection: connection.execute(self.statement(connection, body)).mappings().all()
        )

    def changes(self, rows: Sequence[RowMapping]) -> list[Change]:
        """What of that is otherwise than it was seen last."""
        changes: list[Change] = []
        for where in {(row["asked_model"], row["asked_alias"]) for row in rows}:
            self._groups[where].until = None
        for row in rows:
            where = (row["asked_model"], row["asked_alias"])
            group, version = self._groups[where], row.get("asked_version")
            mark, found = self._seen(row)
            if mark != group.marks[version]:
                group.marks[version] = mark
                changes.append((where if version is None else (where[0], version, where[1]), found))
            group.head, group.text = row["head"], ""
            if isinstance(found, RequestStatus) and found.state.is_pending:
                group.expect(row["expires_at"])
        return changes

    def _seen(self, row: RowMapping) -> tuple[str, Any]:
        if row["id"] is not None:
            return self.view(row)
        return ("", None) if row["asked_alias"] else (str(row["head"]), row["head"])


def _version(named: Named) -> int | None:
    return named[1] if len(named) == 3 else None


def _assignment(row: RowMapping) -> tuple[str, Assignment]:
    return str(row["id"]), assignment_of(row)


def _status(row: RowMapping) -> tuple[str, RequestStatus]:
    status = status_of(row)
    return status.mark, status
