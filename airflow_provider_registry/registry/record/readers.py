"""How far a reader of a model's record has come: a number that only grows, kept where all of its processes see it.

A process that is to do something about each event moves it on after it did: one that is killed between does it again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Executable, and_, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.names import check_key, check_model_name, fold
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.clock import now_column
from airflow_provider_registry.registry.database.model_row import no_model
from airflow_provider_registry.registry.database.prepared import Prepared, Row
from airflow_provider_registry.registry.limits import check_whole
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.record.tables import ReaderRow


def position_of(core: Core, reader: str, model_name: str) -> int:
    """The place of the last event that a reader has done with; see `Registry.position`."""
    position: int = _place(core, reader, model_name)["position"]
    return position


def advance(core: Core, reader: str, model_name: str, seq: int) -> None:
    """Note how far a reader has come; see `Registry.advance`."""
    check_whole("seq", seq)
    place = _place(core, reader, model_name)
    if seq > place["head_seq"]:
        raise InvalidInputError(
            f"The reader {reader!r} cannot be at event {seq} of {model_name!r}, whose record ends at "
            f"{place['head_seq']}: it would never see those between."
        )
    if seq > place["position"]:
        core.write(lambda batch: move(batch.connection, reader, place["id"], seq))


def move(connection: Connection, reader: str, model_id: int, seq: int) -> None:
    """Move a reader on in a transaction that is under way; never back."""
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = {"reader": reader, "model_id": model_id, "seq": seq, "moved_at": now_column(connection).element}
    statement = dialect.insert(ReaderRow).values(**row)
    later = {"seq": statement.excluded.seq, "moved_at": statement.excluded.moved_at}
    here = [ReaderRow.reader, ReaderRow.model_id]
    behind = ReaderRow.seq < statement.excluded.seq
    connection.execute(statement.on_conflict_do_update(index_elements=here, set_=later, where=behind))


def _place(core: Core, reader: str, model_name: str) -> Row:
    named = {"reader": check_key("reader", reader), "folded": fold(check_model_name(model_name))}
    rows = core.ask(_PLACE, **named)
    if not rows:
        raise no_model(model_name)
    return rows[0]


def _placing(dialect: str) -> Executable:
    mine = and_(ReaderRow.model_id == ModelRow.id, ReaderRow.reader == bindparam("reader"))
    return (
        select(ModelRow.id, ModelRow.head_seq, func.coalesce(ReaderRow.seq, 0).label("position"))
        .join(ModelNameRow, ModelNameRow.model_id == ModelRow.id)
        .outerjoin(ReaderRow, mine)
        .where(ModelNameRow.folded == bindparam("folded"))
    )


_PLACE = Prepared(_placing)
