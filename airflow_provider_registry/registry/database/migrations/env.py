"""How Alembic runs here: always on the connection and in the transaction that `migrate` opened."""

from __future__ import annotations

from alembic import context
from sqlalchemy.schema import SchemaItem

from airflow_provider_registry.registry.database.migrate import VERSION_TABLE
from airflow_provider_registry.registry.database.tables import metadata


def _ours(item: SchemaItem, name: str | None, kind: str, reflected: bool, compared: SchemaItem | None) -> bool:
    # The registry may live in Airflow's own database, whose tables are none of our business.
    return kind != "table" or (name or "").startswith("registry_")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    include_object=_ours,
    compare_type=True,
    render_as_batch=True,
)
context.run_migrations()
