"""Statements that are sent together, where the server ends the session before all are answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import psycopg
import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.database.batch import Batch, together
from airflow_provider_registry.registry.database.engine import acting
from airflow_provider_registry.registry.database.prepared import Prepared, run
from airflow_provider_registry.registry.models.tables import ModelRow
from tests.support.kernel import driver_of

READ = Prepared(lambda dialect: select(ModelRow.name))


@pytest.fixture(params=[pytest.param("postgresql", marks=pytest.mark.postgres)])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def connection(registry: Registry):
    with acting(registry.engine).connect() as connection:
        yield connection


def end(connection: Connection) -> None:
    """Have the server end the session, and wait until it has."""
    info = driver_of(connection).info
    with psycopg.connect(info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [info.backend_pid])
        while other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [info.backend_pid]).fetchone():
            pass


def ask(connection: Connection) -> None:
    form = READ.form(connection.dialect)
    run(connection, form, form.parameters({}))


def write(steps: Iterable[Callable[[Connection], object]], connection: Connection) -> None:
    """Do these steps as an act does its statements: together with their COMMIT."""
    with connection.begin() as transaction:
        batch = Batch(connection)
        for step in steps:
            batch._do(partial(step, connection))
        batch.commit(transaction)


def copy(connection: Connection) -> None:
    """Commit, and then have the connection stay in its pipeline for ever.

    So it does where the server's last word was heard, and not yet that it has hung up; with COPY, it does at will.
    """
    with connection.begin() as transaction, together(connection):
        ask(connection)
        transaction.commit()
        driver_of(connection).execute("COPY (SELECT 1) TO STDOUT")


ENDS = [
    *(partial(write, steps) for steps in ((end, ask, ask), (ask, end, ask), (ask, ask, end))),
    copy,
]


@pytest.mark.parametrize("ends", ENDS, ids=["before", "amid", "after", "stuck"])
def test_a_session_that_ended_is_not_used_again(registry: Registry, connection: Connection, ends):
    with pytest.raises(DBAPIError) as caught:
        ends(connection)
    assert caught.value.connection_invalidated
    connection.close()
    registry.create_model("churn")
