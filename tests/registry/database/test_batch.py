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
        other.execute("SELECT pg_terminate_backend(%s, 30000)", [info.backend_pid])


def ask(connection: Connection) -> None:
    form = READ.form(connection.dialect)
    run(connection, form, form.parameters({}))


def stay(connection: Connection) -> None:
    """Have the connection stay in its pipeline for ever.

    So it does where the server's last word was heard, and not yet that it has hung up; with COPY, it does at will.
    """
    driver_of(connection).execute("COPY (SELECT 1) TO STDOUT")


def write(steps: Iterable[Callable[[Connection], object]], connection: Connection) -> None:
    """Do these steps as an act does its statements: together with their COMMIT."""
    with connection.begin() as transaction:
        batch = Batch(connection)
        for step in steps:
            batch._do(partial(step, connection))
        batch.commit(transaction)


def commit_and_stay(connection: Connection) -> None:
    with connection.begin() as transaction, together(connection):
        ask(connection)
        transaction.commit()
        stay(connection)


def stay_and_fail(connection: Connection) -> None:
    with connection.begin(), together(connection):
        stay(connection)
        raise TimeoutError


ENDS = {
    "before": partial(write, (end, ask, ask)),
    "amid": partial(write, (ask, end, ask)),
    "after": partial(write, (ask, ask, end)),
    "stuck": partial(write, (ask, stay)),
    "stuck after the commit": commit_and_stay,
    "stuck and interrupted": stay_and_fail,
}


@pytest.mark.parametrize("ends", ENDS.values(), ids=ENDS)
def test_a_session_that_ended_is_not_used_again(registry: Registry, connection: Connection, ends, caplog):
    before = driver_of(connection).info.backend_pid
    with pytest.raises((DBAPIError, TimeoutError)):
        ends(connection)
    assert connection.invalidated
    connection.close()
    with acting(registry.engine).connect() as another:
        assert before != driver_of(another).info.backend_pid
    assert [] == [record for record in caplog.records if record.name.startswith("sqlalchemy")]
