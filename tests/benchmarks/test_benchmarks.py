"""The benchmarks run; what they measure is not asserted."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


@pytest.mark.postgres
def test_the_benchmarks_run_and_write_their_figures(tmp_path):
    figures, tables = tmp_path / "figures.json", tmp_path / "figures.md"
    works = {"registering": 3, "resolving": 3, "promoting": 3, "pages": 10, "verifying": 2}  # and in how many settings
    options = ["--rounds", "2", "--sizes", "10,20", "--no-mlflow", "--json", str(figures), "--markdown", str(tables)]
    for some in (["verifying", "promoting"], ["registering", "resolving", "pages"]):
        command = [sys.executable, "-m", "benchmarks", *some, *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert 0 == done.returncode, done.stderr
    written = json.loads(figures.read_text())
    assert list(works) == list(written)
    for name, count in works.items():
        assert count == len(written[name]["findings"])
        assert all(found["ours"]["median"] > 0 for found in written[name]["findings"])
        assert "fsync = on" in written[name]["machine"]["durability"]["PostgreSQL"]
        assert "synchronous = FULL" in written[name]["machine"]["durability"]["SQLite"]
    sections = tables.read_text().split("### ")
    assert [name.capitalize() for name in works] == [section.partition("\n")[0] for section in sections[1:]]
    assert list(works.values()) == [section.count("\n| ") - 2 for section in sections[1:]]


def test_a_work_that_is_not_there_is_named():
    command = [sys.executable, "-m", "benchmarks", "guessing"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 2 == done.returncode
    assert "there is no work guessing; there are registering, " in done.stderr
