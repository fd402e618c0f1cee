"""Reading many rows without holding them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Connection, Executable, Result, RowMapping

_BATCH = 2_000


@contextmanager
def streamed(connection: Connection, statement: Executable) -> Iterator[Iterator[RowMapping]]:
    """The rows of a statement, fetched in batches; whoever stops early leaves no cursor open on the server."""
    with _open(connection, statement) as result:
        yield iter(result.mappings())


@contextmanager
def streamed_tuples(connection: Connection, statement: Executable) -> Iterator[Iterator[Sequence[Any]]]:
    """Likewise, by the place of each column: for statements of so many rows that names would take most of the time."""
    with _open(connection, statement) as result:
        yield iter(result)


def _open(connection: Connection, statement: Executable) -> closing[Result[Any]]:
    return closing(connection.execute(statement, execution_options={"yield_per": _BATCH}))
