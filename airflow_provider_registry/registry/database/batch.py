"""Statements that go to the database together.

On PostgreSQL each answer that is waited for costs a round trip, which between two machines is most of what a short act
takes. So statements that do not need each other's answers are sent in one go (libpq's pipeline mode), and what an act
writes goes together with its COMMIT. On SQLite, which has no trips, each is run where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from sqlalchemy import Connection, Transaction

from airflow_provider_registry.registry.database.prepared import Insertions, Prepared, Row, driver_errors, run

# A statement that reads, and the values of its parameters.
Asking: TypeAlias = tuple[Prepared, Mapping[str, Any]]


class Batch:
    """What a transaction is going to write."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: list[Callable[[], object]] = []
        self._at_once = connection.dialect.name != "postgresql"

    @property
    def connection(self) -> Connection:
        """The transaction, in which everything that was written so far stands."""
        self.flush()
        return self._connection

    def write(self, statement: Prepared, **values: Any) -> None:
        """Run a statement whose answer nobody needs, now or later."""
        form = statement.form(self._connection.dialect)
        parameters = form.parameters(values)
        self._do(lambda: run(self._connection, form, parameters))

    def write_rows(self, statement: Insertions, shared: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, now or later."""
        if rows:
            self._do(lambda: statement.run(self._connection, shared, rows))

    def flush(self) -> None:
        """Have the database do what it has not done yet."""
        if self._waiting:
            with together(self._connection):
                self._send()

    def commit(self, transaction: Transaction) -> None:
        """Have the database do what it has not done yet, and commit: one trip."""
        try:
            if not self._waiting:
                transaction.commit()
                return
            with together(self._connection):
                self._send()
                transaction.commit()
        except BaseException:
            # SQLAlchemy thinks that a transaction whose COMMIT failed is over; while there is a connection, it is not.
            if not self._connection.invalidated and self._connection.get_transaction() is transaction:
                transaction.rollback()
            raise

    def _do(self, statement: Callable[[], object]) -> None:
        if self._at_once:
            statement()
        else:
            self._waiting.append(statement)

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        for statement in waiting:
            statement()


def read_together(connection: Connection, *asked: Asking) -> list[list[Row]]:
    """The rows of several statements, each of which sees what was committed when its turn came: one trip."""
    forms = [(statement.form(connection.dialect), values) for statement, values in asked]
    with together(connection):
        cursors = [(form, run(connection, form, form.parameters(values))) for form, values in forms]
    return [form.read(cursor) for form, cursor in cursors]


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Send all statements of this block before an answer is waited for, where the driver can."""
    if connection.dialect.name != "postgresql":
        yield
        return
    import psycopg

    if not psycopg.Pipeline.is_supported():  # a libpq older than PostgreSQL 14's
        yield
        return
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]  # SQLAlchemy does not say whose it is
    within = driver.pgconn.pipeline_status
    with driver_errors(connection):
        try:
            with driver.pipeline():
                yield
        except BaseException as error:
            if driver.pgconn.pipeline_status and not within:
                driver.close()  # it could not leave the pipeline, and takes nothing outside of one
                if not isinstance(error, psycopg.Error):  # of which `driver_errors` takes care
                    connection.invalidate()
            raise
