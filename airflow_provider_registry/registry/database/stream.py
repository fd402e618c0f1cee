"""Reading many rows without holding them all."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import chain
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
    """Likewise, by the place of each column: for statements of so many rows that names would take most of the time.

    PostgreSQL works on the next batch while one is read, so nothing else may be asked of the connection meanwhile.
    """
    with _open(connection, statement) as result:
        batches: Iterator[Sequence[Any]] = result.partitions()
        if connection.dialect.name != "postgresql":
            yield chain.from_iterable(batches)
            return
        with closing(_ahead(batches)) as rows:
            yield rows


def _ahead(batches: Iterator[Sequence[Any]]) -> Generator[Any]:
    """The rows of batches, of which the next is fetched while one is read."""
    with ThreadPoolExecutor(1, thread_name_prefix="registry-stream") as fetching:
        coming = fetching.submit(next, batches, ())
        while batch := coming.result():
            coming = fetching.submit(next, batches, ())
            yield from batch


def _open(connection: Connection, statement: Executable) -> closing[Result[Any]]:
    return closing(connection.execute(statement, execution_options={"yield_per": _BATCH}))
