"""A server, or the network on the way to it, that says nothing any more: nobody waits for it for ever."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, make_url

from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.database.engine import make_engine
from tests.faults.cut.partition import may_make_networks, other_end
from tests.faults.cut.points import Direction, Fault, Point
from tests.faults.cut.scenes import database_proxy
from tests.support.kernel import driver_of, watching
from tests.support.postgres import dsn_of

pytestmark = pytest.mark.postgres

NO_SECURITY = {"sslmode": "disable", "gssencmode": "disable"}
# The shortest that there are, in place of the registry's own.
IMPATIENT = {
    "connect_timeout": "2",
    "keepalives_idle": "1",
    "keepalives_interval": "1",
    "keepalives_count": "1",
    "tcp_user_timeout": "1000",
}


@pytest.fixture
def backend() -> str:
    return "postgresql"


@contextmanager
def at_each_retry(do) -> Iterator[list[str]]:
    """Do something whenever the registry says that it tries again."""
    said: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())
            do()

    log, handler = logging.getLogger("airflow_provider_registry.registry.database.retry"), Handler()
    log.addHandler(handler)
    try:
        yield said
    finally:
        log.removeHandler(handler)


def test_the_operating_system_is_told_to_give_up_a_server_that_is_gone(postgres, migrated_url):
    """By itself it asks a silent server for a sign of life after two hours, and sends again for a quarter of one."""
    with database_proxy(postgres).running() as proxy:
        url = make_url(migrated_url).set(host="127.0.0.1", port=proxy.port, query=NO_SECURITY)
        engine = make_engine(url)
        with engine.connect() as connection:
            driver = driver_of(connection)
            with socket.socket(fileno=socket.dup(driver.fileno())) as wire:
                options = [wire.getsockopt(socket.IPPROTO_TCP, name) for name in (
                    socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT
                )]  # fmt: skip
                assert wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert driver.info.get_parameters()["connect_timeout"] == "10"
        engine.dispose()
    assert options == [30, 10, 3, 60_000]


def test_what_the_url_says_of_patience_counts(postgres, migrated_url):
    with database_proxy(postgres).running() as proxy:
        url = make_url(migrated_url).set(host="127.0.0.1", port=proxy.port, query=NO_SECURITY | IMPATIENT)
        engine = make_engine(url)
        with engine.connect() as connection:
            known = driver_of(connection).info.get_parameters()
        engine.dispose()
    assert IMPATIENT.items() <= known.items()


@pytest.mark.parametrize("direction", Direction)
def test_a_server_that_takes_a_connection_and_says_nothing_is_asked_anew(postgres, migrated_url, direction):
    """For the startup message, or for the answer to it, there is silence."""
    with database_proxy(postgres).running() as proxy:
        url = make_url(migrated_url).set(host="127.0.0.1", port=proxy.port, query=NO_SECURITY | IMPATIENT)
        proxy.arm(Point(direction, 0, Fault.SILENCE))
        with Registry.connect(url, actor="tester") as registry, at_each_retry(lambda: None) as said:
            registry.create_model("churn")
        assert proxy.fired
    assert "timeout" in said[0]


@pytest.mark.parametrize(
    "setting", ["idle_session_timeout", "idle_in_transaction_session_timeout", "transaction_timeout"]
)
def test_a_session_that_the_server_ended_for_its_own_reasons_is_replaced(migrated_url, setting):
    """Whoever runs a database sets such times, and a connection that waits for its next act meets them."""
    with Registry.connect(migrated_url, actor="tester") as registry:
        registry.create_model("churn")
        ended: list[int] = []

        def outstay(connection: Connection) -> None:
            """Be idle for so long that the server has ended the session."""
            driver = driver_of(connection)
            ended.append(driver.info.backend_pid)
            if setting != "idle_session_timeout" and driver.info.transaction_status == TransactionStatus.IDLE:
                driver.execute("BEGIN")
            driver.execute(sql.SQL("SET {} = '1ms'").format(sql.Identifier(setting)))
            if setting == "idle_session_timeout":
                driver.commit()
            with psycopg.connect(dsn_of(migrated_url), autocommit=True) as other:
                while other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", ended).fetchone():
                    pass

        with watching(registry.engine, 1, outstay) as watch, at_each_retry(lambda: None) as said:
            registry.update_model("churn", team="growth")
        assert watch.done
        # Where the server is gone before its last word is read, nobody hears why.
        assert re.search("timeout|server closed the connection", said[0])
        assert [event.type.value for event in registry.events()] == ["model.created", "model.updated"]


@pytest.mark.parametrize("lost", ["request", "answer"])
def test_a_network_that_loses_everything_is_given_up_and_the_act_done_once_when_it_is_back(
    postgres, migrated_url, tmp_path, lost
):
    """Not a packet comes through: the answer does not, and nothing asks for it; or the request does not."""
    if not may_make_networks():
        pytest.skip("only root may make a network")
    with other_end() as link, database_proxy(postgres).running(link.address, link.enter) as proxy:
        url = make_url(migrated_url).set(host=link.address, port=proxy.port, query=NO_SECURITY | IMPATIENT)
        with Registry.connect(url, actor="tester") as registry, at_each_retry(link.mend) as said:
            registry.create_model("churn")
            proxy.call = link.cut
            if lost == "answer":
                proxy.arm(Point(Direction.ANSWER, 1, Fault.CALL))
                registry.update_model("churn", team="growth")
                assert proxy.fired
            else:
                with watching(registry.engine, 1, lambda _: link.cut()) as watch:
                    registry.update_model("churn", team="growth")
                assert watch.done
            assert said
            assert [event.type.value for event in registry.events()] == ["model.created", "model.updated"]
            registry.verify_record("churn")
