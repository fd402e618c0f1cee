"""Finding a version by its number, among those of its model."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from airflow_provider_registry.registry.versions.tables import VersionRow


def has_number(number: Any) -> ColumnElement[bool]:
    """That a version has a number; its model is another condition.

    As a span. Of a plain comparison PostgreSQL expects, in a plan for any number, that no two versions have the same,
    and then goes through the version 1 of every model.
    """
    return VersionRow.version.between(number, number)
