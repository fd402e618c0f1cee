from __future__ import annotations

import io
import sqlite3
from contextlib import closing

import pytest

from airflow_provider_registry.errors import ConnectionNotFoundError
from airflow_provider_registry.registry.database.migrate import newest_revision
from tests.support.skin import set_connection

NEWEST = newest_revision()


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A database without a schema, as the connection `model_registry_default`."""
    set_connection(monkeypatch, host=f"sqlite:///{tmp_path / 'registry.db'}")
    return tmp_path / "registry.db"


def test_migrate_brings_the_schema_up_and_says_from_where(run, empty):
    assert f"{empty} went from nothing to {NEWEST}" in run("db", "migrate")


def test_migrate_again_changes_nothing(run, empty):
    run("db", "migrate")
    assert "nothing to do" in run("db", "migrate")


def test_current_says_where_the_schema_stands(run, empty):
    (before,) = run.json("db", "current")
    run("db", "migrate")
    (after,) = run.json("db", "current")
    assert (before["revision"], before["up_to_date"]) == ("", False)
    assert (after["revision"], after["needed"], after["up_to_date"]) == (NEWEST, NEWEST, True)


def test_another_connection_can_be_named(run, tmp_path, monkeypatch):
    set_connection(monkeypatch, "other", host=f"sqlite:///{tmp_path / 'other.db'}")
    assert "other.db" in run("db", "migrate", "--conn-id", "other")


def test_a_missing_connection_is_a_line_on_stderr_and_the_exit_code_1(run):
    assert "AIRFLOW_CONN_NOWHERE=" in run.fails("db", "migrate", "--conn-id", "nowhere")


def test_verbosely_the_error_comes_with_its_traceback(run):
    with pytest.raises(ConnectionNotFoundError):
        run("db", "migrate", "--conn-id", "nowhere", "-v")


def test_a_database_that_does_not_answer_is_said_without_its_password(run, monkeypatch):
    set_connection(monkeypatch, host="postgresql+psycopg://ana:s3cret@127.0.0.1:9/models")
    said = run.fails("db", "current")
    assert "postgresql+psycopg://ana:***@127.0.0.1:9/models does not answer" in said
    assert "s3cret" not in said


def test_check_says_that_all_is_well(run, empty):
    run("db", "migrate")
    assert f"{empty} is at {NEWEST}, as this release needs it." in run("db", "check")


def test_check_fails_where_there_is_no_schema(run, empty):
    assert "no model registry yet. Run: airflow model-registry db migrate" in run.fails("db", "check")


def test_check_fails_where_a_table_was_changed(run, empty):
    run("db", "migrate")
    with closing(sqlite3.connect(empty)) as connection, connection:
        connection.execute("ALTER TABLE registry_model ADD COLUMN cost INTEGER")
        connection.execute("DROP TABLE registry_tag")
    said = run.fails("db", "check")
    assert "The table registry_model has a column cost, which this release does not know." in said
    assert "The table registry_tag is missing." in said


def test_downgrade_asks_first_and_removes_nothing_without_a_yes(run, empty, monkeypatch):
    run("db", "migrate")
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert "Cancelled; nothing was changed." in run("db", "downgrade", "-r", "base")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))  # nobody is there
    assert "Cancelled" in run("db", "downgrade", "-r", "base")
    run("db", "check")


def test_downgrade_goes_back(run, empty, monkeypatch):
    run("db", "migrate")
    assert f"went from {NEWEST} to nothing." in run("db", "downgrade", "--to-revision", "base", "--yes")
    run("db", "migrate")
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert f"went from {NEWEST} to nothing." in run("db", "downgrade", "-r", "base")


def test_downgrade_to_a_revision_that_is_not_there_is_said(run, empty):
    run("db", "migrate")
    assert "no revision '4711'" in run.fails("db", "downgrade", "-r", "4711", "-y")
