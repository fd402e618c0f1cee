"""Which registry this is, so that an artifact root can say whose it is (rule 3)."""

from __future__ import annotations

from sqlalchemy import select

from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.storage.tables import IdentityRow


def registry_id(core: Core) -> str:
    """The id that the first migration gave this registry."""
    row = core.first(select(IdentityRow.registry_id))
    assert row is not None, "the first migration writes this row"
    return str(row["registry_id"])
