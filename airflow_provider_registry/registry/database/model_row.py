"""The row of a model: found by name and locked, or made with its name, which is never another's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from airflow_provider_registry.errors import ModelNotFoundError
from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.database.prepared import Prepared, Row
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.record.chain import FIRST

# Locks the row of a model by any name that it has or had, and reads it as it is then.
LOCK = Prepared(
    lambda dialect: (
        select(ModelRow.__table__)
        .join(ModelNameRow, ModelNameRow.model_id == ModelRow.id)
        .where(ModelNameRow.folded == bindparam("folded"))
        .with_for_update(of=ModelRow)
    )
)


def lock_model(connection: Connection, name: str) -> Row:
    """Lock the row of a model, and give it back as it is now.

    Raises:
        ModelNotFoundError: no model has or had this name.
    """
    return locked(LOCK.rows(connection, folded=fold(name)), name)


def locked(rows: list[Row], name: str) -> Row:
    """The row that `LOCK` found.

    Raises:
        ModelNotFoundError: it found none.
    """
    if not rows:
        raise no_model(name)
    return rows[0]


def no_model(name: str) -> ModelNotFoundError:
    """The error that no model has or had a name."""
    return ModelNotFoundError(f"There is no registered model {name!r}: register a version of it, or create it.")


def insert_model(connection: Connection, name: str, values: Mapping[str, Any], now: datetime) -> Row | None:
    """The new row, which nobody else sees yet; None where the name is taken."""
    if connection.execute(select(ModelNameRow.folded).where(ModelNameRow.folded == fold(name))).first():
        return None
    row = {**values, "name": name, "created_at": now, "head_at": now, "head_seq": 0, "head_hash": FIRST}
    try:
        with connection.begin_nested():
            table = ModelRow.__table__
            model = connection.execute(insert(ModelRow).values(row).returning(*table.columns)).mappings().one()
            names = {"folded": fold(name), "name": name, "model_id": model["id"], "since": now}
            connection.execute(insert(ModelNameRow).values(names))
    except IntegrityError:  # another transaction created it between our look and our insert
        return None
    return dict(model)
