"""The routes that an act on an alias ends: they stood beside a holder that holds it no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, update

from airflow_provider_registry.registry.aliases.state import AliasState
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Prepared, Row
from airflow_provider_registry.registry.routes.queries import open_routes
from airflow_provider_registry.registry.routes.tables import RouteRow


@dataclass(frozen=True)
class EndedRoutes:
    """The routes of an alias that end with an act.

    Attributes:
        said: what the act's event says of them; nothing where there are none.
    """

    rows: Sequence[Row]

    @classmethod
    def of(cls, act: Act, state: AliasState) -> EndedRoutes:
        """All that are in force; where there are none, nothing is read."""
        return cls(open_routes(act, state.name) if state.is_routed else ())

    @property
    def said(self) -> dict[str, Any]:
        numbers = sorted(row["version"] for row in self.rows)
        return {"routes_ended": numbers} if numbers else {}

    def write(self, act: Act, event_id: int) -> None:
        """End them at the act's time, beside the event that says so."""
        for row in self.rows:
            end_route(act, row, event_id)


def end_route(act: Act, row: Row, event_id: int) -> None:
    """End one route at the act's time."""
    act.batch.write(_END, ending=row["event_id"], to_at=act.at, ended_by_event=event_id)


_END = Prepared(
    lambda dialect: update(RouteRow).where(RouteRow.event_id == bindparam("ending")), keys=("to_at", "ended_by_event")
)
