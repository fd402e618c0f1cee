"""Processes that act at one moment, and what is counted of them; how fast they are is for `make bench`."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any, cast

import pytest

from benchmarks.process import ProcessError, at_once, processes, python
from benchmarks.setting import SQLITE, Setting
from benchmarks.works import crowding, dangling, first_aliases


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    """Without a server: what is asked of it is SQLite's."""
    return Setting(tmp_path, cast(Any, None), far_port=0, rounds=2, sizes=(20,), file_size=1, mlflow=None)


def test_a_crowd_registers_beside_its_floor_and_nothing_is_lost(setting):
    compared, wrong = crowding.crowd(setting, SQLITE, size=2, models=2, each=1)
    assert compared.over_floor is not None
    assert compared.ours.median > 0
    assert (0, True) == (wrong.ours.median, wrong.reached)
    assert "of 12" == wrong.unit


def test_gaps_and_losses_are_counted(setting):
    url = setting.new_url(SQLITE)
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        database.execute("CREATE TABLE registry_version (model_id, version)")
        rows = [(1, 1), (1, 2), (1, 2), (1, 4), (2, 1), (2, 2)]
        database.executemany("INSERT INTO registry_version VALUES (?, ?)", rows)
    database.close()
    assert 1 == crowding.misnumbered(url, answered=4)
    assert 2 == crowding.misnumbered(url, answered=5)


def test_races_of_aliases_end_well(setting):
    assert 0 == first_aliases.ours(setting, SQLITE, rounds=1, size=2)
    assert 0 == dangling.ours(setting, SQLITE, rounds=1)


def test_a_process_says_what_its_calls_raised_and_begins_when_told_to(setting):
    url, root = setting.new_url(SQLITE), str(setting.folder / "root")
    with processes(python("benchmarks.member"), 1, url=url, root=root) as (member,):
        before = time.monotonic()
        (outcome,) = at_once([(member, "archive", [{"model": "churn", "version": 1}] * 2)], lead=0.2)
        assert 2 == len(outcome.seconds) == len(outcome.errors)
        assert outcome.errors[0].startswith("SchemaError: ")
        assert outcome.begun >= before + 0.2
        with pytest.raises(ProcessError, match="SchemaError"):
            member.call("archive", model="churn", version=1)
