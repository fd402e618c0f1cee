"""The benchmarks run; what they measure is not asserted."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


@pytest.mark.postgres
def test_the_benchmarks_run_and_write_their_figures(tmp_path):
    figures, table = tmp_path / "figures.json", tmp_path / "figures.md"
    works = {"registering": 3, "resolving": 3, "promoting": 3, "verifying": 2}  # and in how many settings
    sizes = ["--rounds", "2", "--sizes", "10,20", "--no-mlflow"]
    command = [sys.executable, "-m", "benchmarks", *works, *sizes, "--json", str(figures), "--markdown", str(table)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    written = json.loads(figures.read_text())
    assert (
        sum(works.values()) == len(written["findings"]) == len(table.read_text().split("| ---")[-1].split("\n| ")) - 1
    )
    assert all(found["ours"]["median"] > 0 for found in written["findings"])
    assert "fsync = on" in written["machine"]["durability"]["PostgreSQL"]
    assert "synchronous = FULL" in written["machine"]["durability"]["SQLite"]


def test_a_work_that_is_not_there_is_named():
    command = [sys.executable, "-m", "benchmarks", "guessing"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 2 == done.returncode
    assert "there is no work guessing; there are registering, " in done.stderr
