"""The benchmarks run; what they measure is not asserted."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


@pytest.mark.postgres
def test_the_benchmarks_run_and_write_their_figures(tmp_path):
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks", "--rounds", "2", "--json", str(figures)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    written = json.loads(figures.read_text())
    assert ["SQLite", "PostgreSQL"] == list(written)
    assert all(one["ratio"] > 0 for found in written.values() for one in found)
