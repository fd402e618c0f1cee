"""The registry's schema in Airflow's own database, for deployments that migrate all of it at once.

Name `airflow_provider_registry.db_manager.RegistryDBManager` in `[database] external_db_managers`, and `airflow db
migrate` brings the registry's tables too. It is not declared in the provider's info: `airflow db check-migrations` of
every deployment that has the package would wait for tables that it does not want.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.utils.db_manager import BaseDBManager

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry.database import migrate as schema
from airflow_provider_registry.registry.database.engine import make_engine
from airflow_provider_registry.registry.database.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import Engine


class RegistryDBManager(BaseDBManager):
    """Migrates the registry's tables with Airflow's, by the same migrations as `airflow model-registry db migrate`.

    `airflow db reset` leaves them alone: what was live when, and who let it in, is not Airflow's to forget. To remove
    them, downgrade the registry to `base`.
    """

    metadata = metadata
    version_table_name = schema.VERSION_TABLE
    migration_dir = str(Path(schema.__file__).parent / "migrations")
    # Only Airflow's ways of migrating would read it.
    alembic_file = str(Path(migration_dir) / "env.py")
    supports_table_dropping = False

    def check_migration(self) -> bool:
        """Whether the tables are those that this code needs."""
        with self._engine() as engine:
            return schema.current_revision(engine) == schema.newest_revision()

    def get_current_revision(self) -> str | None:
        """The revision that the database is at; None where there is no registry in it."""
        with self._engine() as engine:
            return schema.current_revision(engine)

    def initdb(self, use_migration_files: bool = False) -> None:
        """Bring the schema up in a database that may be new; there is one way, whatever is asked."""
        self.upgradedb()

    def upgradedb(
        self,
        to_revision: str | None = None,
        from_revision: str | None = None,
        show_sql_only: bool = False,
        use_migration_files: bool = False,
    ) -> None:
        """Bring the schema to a revision, by default the newest; again changes nothing.

        Raises:
            InvalidInputError: the SQL is asked for, or this code knows no such revision.
            SchemaError: the schema is newer than this code.
        """
        _refuse_sql(show_sql_only)
        with self._engine() as engine:
            schema.migrate(engine, to_revision or "head")

    def downgrade(self, to_revision: str, from_revision: str | None = None, show_sql_only: bool = False) -> None:
        """Bring the schema back to an earlier revision; `base` removes it, and all that is in it.

        Raises:
            InvalidInputError: the SQL is asked for, or this code knows no such revision.
            SchemaError: the schema is newer than this code.
        """
        _refuse_sql(show_sql_only)
        with self._engine() as engine:
            schema.downgrade(engine, to_revision)

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        # An engine of the registry's own: it migrates in one transaction, with the driver whose ways it knows.
        bound: Any = self.session.get_bind()
        engine = make_engine(bound.engine.url)
        try:
            yield engine
        finally:
            engine.dispose()


def _refuse_sql(show_sql_only: bool) -> None:
    if show_sql_only:
        raise InvalidInputError(
            "The registry's migrations look at what is there, so there is no SQL to show: run them on a copy of the "
            "database, or run `airflow model-registry db current` to see where it stands."
        )
