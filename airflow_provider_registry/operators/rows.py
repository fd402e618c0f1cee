"""Rows that an operator is given, by another task or in a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from airflow_provider_registry.errors import InvalidInputError


def rows_or_file(
    name: str, rows: Any, path: str | None, columns: Mapping[str, str] | str | None, fields: Collection[str]
) -> Any:
    """The rows, which a file gives one after the other, however many it has.

    Parameters:
        name: of the parameter that takes rows.
        fields: what a row may have.

    Raises:
        InvalidInputError: none or both are given; or see `read_rows`.
    """
    from airflow_provider_registry.registry.rows_from_files import read_rows

    if (rows is None) == (path is None):
        raise InvalidInputError(
            f"Which rows? Give one of {name}= and path=, and not two. If one is given, its task handed nothing on: "
            "look at its XComs."
        )
    return rows if path is None else read_rows(path, fields=fields, columns=columns)
