"""Whether the database has the tables that this code needs: they may have been changed by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.schema import SchemaItem

from airflow_provider_registry.registry.database.engine import reading
from airflow_provider_registry.registry.database.migrate import VERSION_TABLE
from airflow_provider_registry.registry.database.retry import retry
from airflow_provider_registry.registry.database.tables import metadata


def schema_differences(engine: Engine) -> list[str]:
    """What the tables are otherwise than this code needs, one sentence each; empty where all is well.

    Whether the revision is the right one is for `check_schema` to say. Indexes that somebody added do no harm, and are
    left out.
    """
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def read() -> list[Any]:
        with reading(engine).connect() as connection:
            options = {"compare_type": True, "version_table": VERSION_TABLE, "include_object": _ours}
            found: list[Any] = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
            return found

    return sorted({sentence for change in retry(read) for sentence in _sentences(change)})


def _ours(item: SchemaItem, name: str | None, kind: str, reflected: bool, compared: SchemaItem | None) -> bool:
    return kind != "table" or (name or "") in metadata.tables or (reflected and (name or "").startswith("registry_"))


def _sentences(change: Any) -> Iterator[str]:
    """A change that would make the database what the code needs, said as what is wrong with it now."""
    if isinstance(change, list):
        for part in change:
            yield from _sentences(part)
        return
    match change:
        case ("add_table", table):
            yield f"The table {table.name} is missing."
        case ("remove_table", table):
            yield f"The table {table.name} is none of this release's."
        case ("add_column", _, table, column):
            yield f"The table {table} has no column {column.name}."
        case ("remove_column", _, table, column):
            yield f"The table {table} has a column {column.name}, which this release does not know."
        case ("remove_index", _):
            return
        case ("add_index" | "add_constraint" | "add_fk", item):
            yield f"The table {item.table.name} lacks {item.name}."
        case ("remove_constraint" | "remove_fk", item):
            yield f"The table {item.table.name} has {item.name}, which this release does not know."
        case (kind, _, table, column, _, before, after):
            yield f"{table}.{column}: {kind.replace('_', ' ')} from {before} to {after} is missing."
        case _:
            yield f"{change[0]} is missing."
