from __future__ import annotations

import sqlite3
import threading

from sqlalchemy import text

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
