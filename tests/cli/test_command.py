from __future__ import annotations

from argparse import Namespace

import pytest
from sqlalchemy.exc import OperationalError

from airflow_provider_registry.cli.command import command
from airflow_provider_registry.errors import ModelNotFoundError


def failing(error):
    """A command that fails with this error."""

    @command
    def work(args):
        raise error

    return work


def said(error, capsys):
    with pytest.raises(SystemExit) as caught:
        failing(error)(Namespace(verbose=False))
    assert 1 == caught.value.code
    return capsys.readouterr().err


def test_an_error_of_ours_is_its_own_sentence(capsys):
    assert "airflow model-registry: There is no model.\n" == said(ModelNotFoundError("There is no model."), capsys)


def test_an_error_of_the_database_is_in_the_drivers_words(capsys):
    error = OperationalError("SELECT 1", {}, Exception("disk I/O error"))
    assert "airflow model-registry: disk I/O error\n" == said(error, capsys)


def test_an_error_of_a_file_names_the_file(capsys):
    error = FileNotFoundError(2, "No such file or directory", "head.json")
    assert "airflow model-registry: head.json: No such file or directory.\n" == said(error, capsys)


def test_an_error_that_nobody_expected_says_what_it_is_and_how_to_see_more(capsys):
    text = said(KeyError("x"), capsys)
    assert "KeyError: 'x' (-v shows where it comes from.)" in text
    assert "Traceback" not in text


def test_an_error_cannot_steer_the_terminal(capsys):
    assert "\x1b" not in said(ModelNotFoundError("\x1b[2J"), capsys)


def test_verbosely_an_error_comes_as_it_was_raised():
    with pytest.raises(ModelNotFoundError):
        failing(ModelNotFoundError("no"))(Namespace(verbose=True))


def test_ctrl_c_is_no_traceback(capsys):
    with pytest.raises(SystemExit) as caught:
        failing(KeyboardInterrupt())(Namespace(verbose=False))
    assert 130 == caught.value.code
    assert "" == capsys.readouterr().err
