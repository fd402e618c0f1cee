"""Very many open promotion requests: a few are made as everybody makes them, and the database copies their models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    String,
    Table,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    true,
)

from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.database.engine import acting
from airflow_provider_registry.registry.database.tables import metadata

ALIAS = "production"
EACH = 100
POLICY = {
    "gates": [{"metric": "auc", "threshold": 0.8, "greater_is_better": True}],
    "approvals": [{"role": "ml-lead", "users": ["ana"]}],
    "on_newer": "keep_open",
}

# Ids of a copy are those of the model that it is of, and so much more.
_APART = 10_000
# Integers that are no ids.
_PLAIN = {"position"}
# What belongs to no model.
_SHARED = {"registry_environment", "registry_identity"}
_NAMES = {"registry_model_name": {"folded", "name"}, "registry_model": {"name"}}


def fill(url: str, root: Path, models: int) -> None:
    """Have `models` models, `m0`, `m1`, …, of `EACH` versions, each of which asks to become `production`."""
    artifact = root.parent / "model.bin"
    artifact.write_bytes(b"weights")
    with Registry.connect(url, artifact_root=root, actor="crowd") as registry:
        registry.migrate()
        registry.create_model("m0")
        registry.set_policy("m0", ALIAS, POLICY)
        for number in range(1, EACH + 1):
            registry.register_version("m0", artifact, metrics={"auc": 0.9}, key=str(number))
            registry.request_promotion("m0", number, ALIAS, key=str(number))
        with acting(registry.engine).connect() as connection, connection.begin():
            _copy(connection, models)
        with registry.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


def _copy(connection: Connection, models: int) -> None:
    first: Any = select(literal(1).label("number")).cte("copies", recursive=True)
    copies = first.union_all(select(first.c.number + 1).where(first.c.number < models - 1))
    for table in metadata.sorted_tables:
        if table.name not in _SHARED:
            values = [_value(column, copies.c.number) for column in table.columns]
            rows = select(*values).select_from(table.join(copies, true()))
            connection.execute(insert(table).from_select(list(table.columns), rows))
            _go_on_after(connection, table)


def _value(column: Column[Any], copy: ColumnElement[int]) -> ColumnElement[Any]:
    key = column.primary_key or column.foreign_keys
    if key and isinstance(column.type, Integer) and column.name not in _PLAIN:
        return column + copy * _APART
    number = cast(copy, String())
    if column.name in _NAMES.get(column.table.name, ()):
        return literal("m") + number
    if column.name == "act_key":
        return func.substr(column, 1, 56, type_=String) + cast(copy + 10_000_000, String())
    return column


def _go_on_after(connection: Connection, table: Table) -> None:
    """Let PostgreSQL go on numbering after what was copied, as SQLite does by itself."""
    if connection.dialect.name == "postgresql" and "id" in table.c and table.c.id.autoincrement is not False:
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery())))
