"""The record of all models, in order, for readers that come back for more."""

from __future__ import annotations

from sqlalchemy import BigInteger, ColumnElement, Connection, Text, and_, case, cast, func, literal, or_, select

from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.models.queries import model_id_of
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.cursor import Cursor
from airflow_provider_registry.registry.record.queries import COLUMNS, event_of
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.views import EventPage

_STANDBY_MARGIN = 1_000_000


def read_events(core: Core, after: str | int, model_name: str | None, limit: int) -> EventPage:
    """A page of the record; see `Registry.events`."""
    cursor = Cursor.parse(after)
    model_id = None if model_name is None else model_id_of(core, model_name)
    page: EventPage = core.read(lambda connection: _read(connection, cursor, model_id, limit))
    return page


def _read(connection: Connection, cursor: Cursor, model_id: int | None, limit: int) -> EventPage:
    """Events and snapshot in one statement, so that what one of them shows the other knows."""
    # With one writer at a time no place is filled later, and SQLite takes only so many conditions.
    gaps = cursor.gaps if connection.dialect.name != "sqlite" else ()
    places = [EventRow.id > cursor.high, *(EventRow.id.between(gap.first, gap.last) for gap in gaps)]
    wanted: ColumnElement[bool] = or_(*places)
    if model_id is not None:
        wanted = and_(wanted, EventRow.model_id == model_id)
    events = (
        select(*COLUMNS)
        .join(ModelRow, ModelRow.id == EventRow.model_id)
        .where(wanted)
        .order_by(EventRow.id)
        .limit(limit)
        .subquery()
    )
    one = select(literal(1).label("one")).subquery()
    joined = one.outerjoin(events, literal(True))
    statement = select(_ended_below(connection), *events.c).select_from(joined).order_by(events.c.id)
    rows = connection.execute(statement).mappings().all()
    found = [row for row in rows if row["id"] is not None]
    after = cursor.advance(
        [row["id"] for row in found],
        rows[0]["ended_below"],
        lambda: _next_number(connection),
        complete=len(found) < limit,
        # Acts on one model wait for each other, so its events are committed in the order of their places. The gaps of
        # a cursor that was made for all models stay, until it is known what they hold.
        in_order=model_id is not None,
    )
    return EventPage(tuple(map(event_of, found)), str(after))


def _ended_below(connection: Connection) -> ColumnElement[int]:
    """The transaction number below which all have ended, in the snapshot of the statement."""
    if connection.dialect.name == "sqlite":
        # One writer at a time: places are committed in their order, and an empty one stays empty.
        return literal(1).label("ended_below")
    oldest = func.pg_snapshot_xmin(func.pg_current_snapshot())
    return cast(cast(oldest, Text), BigInteger).label("ended_below")


def _next_number(connection: Connection) -> int:
    """A transaction number that is higher than all that were handed out before."""
    if connection.dialect.name == "sqlite":
        return 0
    # A standby hands out none: there a gap is kept until so many more transactions have ended.
    newest = cast(cast(func.pg_snapshot_xmax(func.pg_current_snapshot()), Text), BigInteger) + _STANDBY_MARGIN
    mine = cast(cast(func.pg_current_xact_id(), Text), BigInteger)
    number: int = connection.execute(select(case((func.pg_is_in_recovery(), newest), else_=mine))).scalar_one()
    return number
