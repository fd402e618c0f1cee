from __future__ import annotations

import json

import pytest
from airflow.cli import cli_parser

from airflow_provider_registry.errors import ConnectionNotFoundError
from tests.support.skin import set_connection


@pytest.fixture
def run(capsys):
    """Runs a command as `airflow` does, and gives its output; what it says on stderr comes with SystemExit."""
    parser = cli_parser.get_parser()

    def command(*arguments):
        args = parser.parse_args(["model-registry", *arguments])
        args.func(args)
        return capsys.readouterr().out

    return command


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A database without a schema, as the connection `model_registry_default`."""
    set_connection(monkeypatch, host=f"sqlite:///{tmp_path / 'registry.db'}")
    return tmp_path / "registry.db"


def test_migrate_brings_the_schema_up_and_says_from_where(run, empty):
    assert f"{empty} went from nothing to 0001" in run("db", "migrate")


def test_migrate_again_changes_nothing(run, empty):
    run("db", "migrate")
    assert "nothing to do" in run("db", "migrate")


def test_current_says_where_the_schema_stands(run, empty):
    (before,) = json.loads(run("db", "current", "-o", "json"))
    run("db", "migrate")
    (after,) = json.loads(run("db", "current", "-o", "json"))
    assert (before["revision"], before["up_to_date"]) == ("", "False")
    assert (after["revision"], after["needed"], after["up_to_date"]) == ("0001", "0001", "True")


def test_another_connection_can_be_named(run, tmp_path, monkeypatch):
    set_connection(monkeypatch, "other", host=f"sqlite:///{tmp_path / 'other.db'}")
    assert "other.db" in run("db", "migrate", "--conn-id", "other")


def test_a_missing_connection_is_a_line_on_stderr_and_the_exit_code_1(run, capsys):
    with pytest.raises(SystemExit) as caught:
        run("db", "migrate", "--conn-id", "nowhere")
    assert caught.value.code == 1
    assert "AIRFLOW_CONN_NOWHERE=" in capsys.readouterr().err


def test_verbosely_the_error_comes_with_its_traceback(run):
    with pytest.raises(ConnectionNotFoundError):
        run("db", "migrate", "--conn-id", "nowhere", "-v")


def test_a_database_that_does_not_answer_is_said_without_its_password(run, monkeypatch, capsys):
    set_connection(monkeypatch, host="postgresql+psycopg://ana:s3cret@127.0.0.1:9/models")
    with pytest.raises(SystemExit):
        run("db", "current")
    said = capsys.readouterr().err
    assert "postgresql+psycopg://ana:***@127.0.0.1:9/models does not answer" in said
    assert "s3cret" not in said
