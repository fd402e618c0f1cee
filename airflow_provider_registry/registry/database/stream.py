"""Reading many rows without holding them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Executable, RowMapping

_BATCH = 2_000


@contextmanager
def streamed(connection: Connection, statement: Executable) -> Iterator[Iterator[RowMapping]]:
    """The rows of a statement, fetched in batches; whoever stops early leaves no cursor open on the server."""
    result = connection.execute(statement, execution_options={"yield_per": _BATCH})
    try:
        yield iter(result.mappings())
    finally:
        result.close()


@contextmanager
def streamed_tuples(connection: Connection, statement: Executable) -> Iterator[Iterator[Sequence[Any]]]:
    """Likewise, by the place of each column: for statements of so many rows that names would take most of the time."""
    result = connection.execute(statement, execution_options={"yield_per": _BATCH})
    try:
        yield iter(result)
    finally:
        result.close()
