"""The requests of a model that are not final, as an act under way finds them and leaves them.

Whatever an act changes that a request is bound to ends the request in the same transaction, and the act's one event
says so (rule 7). A request past its time is written down as expired by the next act on its model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from airflow_provider_registry.registry.database.batch import Batch
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.requests.states import PENDING, Ending, RequestState
from airflow_provider_registry.registry.requests.tables import RequestRow
from airflow_provider_registry.registry.versions.tables import VersionRow


@dataclass(slots=True)
class PendingRequests:
    """The pending requests of one model, under its lock.

    Attributes:
        count: how many there are, as the model's row says it; where none are, nothing is read.
        at: the act's time, at which a request may be expired.
        said: what the act's event says of the requests that it moves.
    """

    batch: Batch
    model_id: int
    count: int
    at: datetime
    said: list[dict[str, Any]] = field(default_factory=list)
    _rows: list[Row] | None = None
    _moved: dict[int, RequestState] = field(default_factory=dict)

    def find(self, alias_id: int | None = None, version_id: int | None = None) -> list[Row]:
        """Those in their time, of an alias, of a version, or of both; oldest first."""
        return [
            row
            for row in self._all()
            if row["id"] not in self._moved
            and not self._is_over(row)
            and alias_id in (None, row["alias_id"])
            and version_id in (None, row["version_id"])
        ]

    def move(self, row: Row, to: RequestState, why: Ending | None = None) -> None:
        """Bring a request to another state; the act's event will say so.

        Parameters:
            why: where the act was not about this request.
        """
        assert row["state"].leads_to(to), f"{row['state']} does not lead to {to}"
        self._moved[row["id"]] = to
        said = {"request": row["id"], "version": row["version"], "state": to.value}
        self.said.append(said | ({"why": why.value} if why else {}))

    def end_all(self, why: Ending, **which: int | None) -> None:
        """End all that `find` finds, since the act changes what they are bound to."""
        to = RequestState.SUPERSEDED if why is Ending.NEWER else RequestState.INVALIDATED
        for row in self.find(**which):
            self.move(row, to, why)

    def settle(self) -> list[dict[str, Any]]:
        """Add those whose time has run out, and give all that the event must say."""
        for row in self._all():
            if row["id"] not in self._moved and self._is_over(row):
                self.move(row, RequestState.EXPIRED, Ending.TIME)
        return self.said

    def write(self, event_id: int) -> None:
        """Write the new states beside the event that says so."""
        for request_id, state in self._moved.items():
            values: dict[str, Any] = {"state": state}
            if not state.is_pending:
                values |= {"ended_at": self.at, "ended_by_event": event_id}
                self.count -= 1
            self.batch.connection.execute(update(RequestRow).where(RequestRow.id == request_id).values(values))

    def _is_over(self, row: Row) -> bool:
        return row["expires_at"] is not None and row["expires_at"] <= self.at

    def _all(self) -> list[Row]:
        if self._rows is None:
            self._rows = self._read() if self.count else []
        return self._rows

    def _read(self) -> list[Row]:
        statement = (
            select(RequestRow.__table__, VersionRow.version)
            .join(VersionRow, VersionRow.id == RequestRow.version_id)
            .where(RequestRow.model_id == self.model_id, RequestRow.state.in_(PENDING))
        )
        return list(self.batch.connection.execute(statement.order_by(RequestRow.id)).mappings())
