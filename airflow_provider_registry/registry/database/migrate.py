"""Brings the schema up, and says where it stands. One Alembic tree, for any database that holds a registry.

Alembic logs a few lines when it is imported, which on Airflow 3.2 go among what a command prints: so it is imported
when there is something to do, and a command has silenced the log.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, func, inspect, select

from airflow_provider_registry.errors import InvalidInputError, SchemaError
from airflow_provider_registry.registry.database.engine import acting, reading
from airflow_provider_registry.registry.database.retry import retry

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

VERSION_TABLE = "registry_alembic_version"

# Any number will do, as long as it is always this one: two migrations at once wait for each other.
_LOCK = 7_305_808_869_231_650

_COMMAND = "airflow model-registry db migrate (or Registry.migrate() in Python)"


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to a revision, by default the newest; again changes nothing.

    All of it is one transaction, on PostgreSQL as on SQLite: a migration that is killed has not begun.

    Raises:
        SchemaError: the schema is newer than this code.
        InvalidInputError: this code knows no such revision.
    """
    from alembic import command

    _check_revision(revision, {"head", *_known()})
    retry(lambda: _run(engine, lambda config: command.upgrade(config, revision)))


def downgrade(engine: Engine, revision: str) -> None:
    """Bring the schema back to an earlier revision; `base` removes it, and all that is in it.

    Raises:
        SchemaError: the schema is newer than this code.
        InvalidInputError: this code knows no such revision.
    """
    from alembic import command

    _check_revision(revision, {"base", *_known()})
    retry(lambda: _run(engine, lambda config: command.downgrade(config, revision)))


def current_revision(engine: Engine) -> str | None:
    """The revision that the database is at; None where there is no registry in it."""

    def read() -> str | None:
        with reading(engine).connect() as connection:
            return _revision(connection)

    return retry(read)


@cache
def newest_revision() -> str:
    """The revision that this code needs."""
    head = _scripts().get_current_head()
    assert head is not None
    return head


def check_schema(engine: Engine) -> None:
    """Make sure that the database has the schema that this code needs.

    Raises:
        SchemaError: with the command that helps.
    """
    found, needed = current_revision(engine), newest_revision()
    if found == needed:
        return
    if found is None:
        raise SchemaError(f"The database has no model registry yet. Run: {_COMMAND}")
    if found in _known():
        raise SchemaError(f"The registry's schema is at {found}, and this code needs {needed}. Run: {_COMMAND}")
    raise _newer(found)


def _newer(found: str) -> SchemaError:
    return SchemaError(
        f"The registry's schema is at {found}, which this code (at {newest_revision()}) does not know: it is newer. "
        "Upgrade airflow-provider-registry here."
    )


def _check_revision(revision: str, known: set[str]) -> None:
    if revision not in known:
        listed = ", ".join(sorted(known))
        raise InvalidInputError(f"There is no revision {revision!r} of the schema; this code knows {listed}.")


def _run(engine: Engine, work: Callable[[Config], None]) -> None:
    with acting(engine).connect() as connection:
        if connection.dialect.name == "sqlite":
            # Alembic rebuilds tables on SQLite; with foreign keys on, dropping the old one would delete what
            # refers to it. The pragma does nothing inside a transaction, so it comes before.
            _set_foreign_keys(connection, on=False)
        try:
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
                found = _revision(connection)
                if found is not None and found not in _known():
                    raise _newer(found)
                work(_config(connection))
        finally:
            if connection.dialect.name == "sqlite":
                _set_foreign_keys(connection, on=True)


def _set_foreign_keys(connection: Connection, *, on: bool) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def _known() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    table = Table(VERSION_TABLE, MetaData(), Column("version_num", String))
    return connection.execute(select(table.c.version_num)).scalar_one_or_none()
