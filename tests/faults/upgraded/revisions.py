"""The revisions that there are, and what registries of their time wrote."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import Column, DateTime, Engine, LargeBinary, MetaData, func, insert, select

from airflow_provider_registry.registry.database import migrate

DATA = Path(__file__).parent / "data"


def revisions() -> list[str]:
    """Every revision of the tree, oldest first: one that joins is tested too."""
    tree = ScriptDirectory.from_config(migrate._config())
    return [script.revision for script in reversed(list(tree.walk_revisions()))]


def data_of(revision: str) -> dict[str, Any]:
    """What `make.py` kept of a registry of that time."""
    found: dict[str, Any] = json.loads((DATA / f"{revision}.json").read_text())
    return found


def load(engine: Engine, revision: str) -> None:
    """Bring an empty database to a revision, and what was written then into it."""
    migrate.migrate(engine, revision)
    seen = MetaData()
    seen.reflect(engine)
    rows = data_of(revision)["rows"]
    with engine.begin() as connection:
        for table in seen.sorted_tables:
            if not rows.get(table.name):
                continue
            connection.execute(table.delete())  # which registry this is: the migration wrote a row of its own
            given = [{name: _value(table.columns[name], row[name]) for name in row} for row in rows[table.name]]
            for row in given:  # in their order: some refer to earlier ones of the same table
                connection.execute(insert(table).values(row))
            if "id" in table.columns and engine.dialect.name == "postgresql":
                sequence = func.pg_get_serial_sequence(table.name, "id")
                connection.execute(select(func.setval(sequence, max(row["id"] for row in given))))


def _value(column: Column[Any], value: Any) -> Any:
    """As the database takes it."""
    if value is None:
        return None
    if isinstance(column.type, DateTime):
        at = datetime.fromisoformat(value)
        return at.replace(tzinfo=UTC) if column.type.timezone else at.replace(tzinfo=None)
    if isinstance(column.type, LargeBinary):
        return bytes.fromhex(value) if column.name == "private_key" else value.encode()
    return value
