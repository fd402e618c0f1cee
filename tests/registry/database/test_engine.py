from __future__ import annotations

import sqlite3
import threading

import pytest
from sqlalchemy import text

from airflow_provider_registry.errors import InvalidConnectionError, MissingExtraError
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.database import engine as engines
from airflow_provider_registry.registry.database.engine import make_engine


class TestANewSqliteFile:
    def test_is_opened_by_many_at_once(self, tmp_path):
        together = threading.Barrier(8)

        def open_it(url, problems):
            engine = make_engine(url)
            together.wait()
            try:
                with engine.connect() as connection:
                    assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
            except Exception as error:
                problems.append(error)
            engine.dispose()

        for attempt in range(20):
            problems: list[Exception] = []
            url = f"sqlite:///{tmp_path}/new{attempt}.db"
            threads = [threading.Thread(target=open_it, args=(url, problems)) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert not problems

    def test_is_waited_for_while_another_reads_it(self, tmp_path):
        file = tmp_path / "rollback.db"
        reader = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        reader.execute("CREATE TABLE kept (id INTEGER)")
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM kept").fetchall()
        refused = threading.Event()

        class Watched(sqlite3.Connection):
            def execute(self, statement, *rest):
                try:
                    return super().execute(statement, *rest)
                except sqlite3.OperationalError:
                    refused.set()
                    raise

        def end_it():
            assert refused.wait(30)
            reader.execute("COMMIT")

        ending = threading.Thread(target=end_it)
        ending.start()
        connection = sqlite3.connect(file, factory=Watched, timeout=0)
        engines._use_wal(connection)
        ending.join()
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        connection.close()
        reader.close()


class TestDrivers:
    @pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
    def test_psycopg_serves_every_usual_postgresql_url(self, scheme):
        url = make_engine(f"{scheme}://ana:secret@db:5433/models?sslmode=require&connect_timeout=3").url
        assert url.render_as_string(hide_password=False) == (
            "postgresql+psycopg://ana:secret@db:5433/models?connect_timeout=3&sslmode=require"
        )

    @pytest.mark.postgres
    def test_a_psycopg2_url_of_airflow_reaches_its_database(self, postgres, template):
        url = template("postgresql").replace("+psycopg", "+psycopg2")
        with Registry.connect(f"{url}{'&' if '?' in url else '?'}keepalives_idle=30") as registry:
            assert not list(registry.events())

    def test_what_only_psycopg2_takes_is_named(self):
        with pytest.raises(InvalidConnectionError, match=r"has cursor_factory, .*postgresql\+psycopg://"):
            make_engine("postgresql+psycopg2://ana:secret@db/models?cursor_factory=x")

    @pytest.mark.parametrize(
        ("url", "driver", "instead"),
        [
            ("postgresql+asyncpg://ana:secret@db/models", "asyncpg", "postgresql+psycopg://"),
            ("postgresql+psycopg_async://ana:secret@db/models", "psycopg_async", "postgresql+psycopg://"),
            ("postgresql+nope://ana:secret@db/models", "nope", "postgresql+psycopg://"),
            ("sqlite+aiosqlite:////srv/registry.db", "aiosqlite", "sqlite+pysqlite://"),
            ("sqlite+psycopg2:////srv/registry.db", "psycopg2", "sqlite+pysqlite://"),
        ],
    )
    def test_another_driver_is_refused_with_what_to_write(self, url, driver, instead):
        with pytest.raises(InvalidConnectionError) as caught:
            make_engine(url)
        assert f"'{driver}'" in str(caught.value)
        assert f"write {instead}" in str(caught.value)
        assert "secret" not in str(caught.value)

    def test_another_database_is_refused(self):
        with pytest.raises(InvalidConnectionError, match="PostgreSQL and SQLite, not on 'mysql'"):
            make_engine("mysql+pymysql://ana:secret@db/models")

    @pytest.mark.parametrize("scheme", ["sqlite", "sqlite+pysqlite"])
    def test_pysqlite_serves_sqlite(self, scheme, tmp_path):
        engine = make_engine(f"{scheme}:///{tmp_path}/registry.db")
        assert engine.driver == "pysqlite"
        engine.dispose()


def test_postgresql_without_its_driver_names_the_extra(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match="airflow-provider-registry\\[postgres\\]"):
        make_engine("postgresql://ana@db/models")
