"""When a request is expired: the one expression that every reader uses (rule 7)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, type_coerce
from sqlalchemy.sql.elements import ColumnElement

from airflow_provider_registry.registry.requests.states import PENDING, RequestState
from airflow_provider_registry.registry.requests.tables import RequestRow


def state_now(now: ColumnElement[datetime] | datetime) -> ColumnElement[Any]:
    """A request's state at a moment, labelled `state`: the stored one, or expired.

    Parameters:
        now: in an act its time, else the database's clock (`clock`).
    """
    over = and_(RequestRow.state.in_(PENDING), RequestRow.expires_at <= now)
    stored = RequestRow.__table__.c.state
    return type_coerce(case((over, RequestState.EXPIRED.value), else_=stored), stored.type).label("state")
