"""Airflow's own commands bring the registry's tables to its database, where somebody asks them to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from airflow.utils.db_manager import RunDBManager
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.orm import Session

from airflow_provider_registry.db_manager import RegistryDBManager
from airflow_provider_registry.errors import InvalidInputError, SchemaError
from airflow_provider_registry.get_provider_info import get_provider_info
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.database.migrate import VERSION_TABLE, newest_revision


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """As Airflow opens its database."""
    engine = create_engine(database_url)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def manager(session: Session) -> RegistryDBManager:
    return RegistryDBManager(session)


def tables(session: Session) -> set[str]:
    return set(inspect(session.get_bind()).get_table_names())


def test_a_new_database_gets_the_tables_by_the_registrys_own_migrations(manager, session, database_url, tmp_path):
    assert not manager.check_migration()
    manager.initdb()
    assert manager.check_migration()
    assert newest_revision() == manager.get_current_revision()
    with Registry.connect(database_url, artifact_root=tmp_path, actor="tester") as registry:
        registry.create_model("churn")
        assert registry.verify_record("churn").count == 1


def test_again_changes_nothing(manager):
    manager.initdb()
    manager.upgradedb()
    manager.initdb(use_migration_files=True)
    assert manager.check_migration()


def test_a_schema_that_is_behind_is_brought_up_from_where_it_is(manager, session):
    manager.upgradedb(to_revision="0001")
    assert ("0001", False) == (manager.get_current_revision(), manager.check_migration())
    manager.upgradedb()
    assert manager.check_migration()
    manager.downgrade("base")
    assert not {name for name in tables(session) if name.startswith("registry_")} - {VERSION_TABLE}


def test_a_schema_that_is_newer_is_left_alone(manager, session):
    manager.initdb()
    session.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))  # noqa: S608  # a name of ours
    session.commit()
    assert not manager.check_migration()
    with pytest.raises(SchemaError, match="newer"):
        manager.upgradedb()


def test_airflow_never_drops_the_record(manager, session):
    manager.initdb()
    with session.get_bind().engine.connect() as connection:
        manager.drop_tables(connection)
    assert "registry_event" in tables(session)


def test_there_is_no_sql_to_show(manager):
    with pytest.raises(InvalidInputError, match="copy of the database"):
        manager.upgradedb(show_sql_only=True)


MANAGER = "airflow_provider_registry.db_manager.RegistryDBManager"


def test_airflow_accepts_it_where_it_is_named_and_nowhere_else(monkeypatch):
    monkeypatch.setenv("AIRFLOW__DATABASE__EXTERNAL_DB_MANAGERS", MANAGER)
    named = RunDBManager()
    named.validate()
    monkeypatch.delenv("AIRFLOW__DATABASE__EXTERNAL_DB_MANAGERS")
    assert "db-managers" not in get_provider_info()
    assert Path(RegistryDBManager.migration_dir, "env.py").is_file()


@pytest.mark.skipif(
    not hasattr(RunDBManager, "get_required_table_names"), reason="Airflow 3.2 looks at revisions alone"
)
def test_airflow_looks_for_its_tables_where_it_is_named_and_nowhere_else(monkeypatch):
    monkeypatch.setenv("AIRFLOW__DATABASE__EXTERNAL_DB_MANAGERS", MANAGER)
    assert {"registry_event", VERSION_TABLE} <= RunDBManager().get_required_table_names()
    monkeypatch.delenv("AIRFLOW__DATABASE__EXTERNAL_DB_MANAGERS")
    assert "registry_event" not in RunDBManager().get_required_table_names()
