"""What `make test` does about a browser that is not there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.chromium import NEEDED, chromium


@pytest.mark.parametrize(("needed", "code"), [("", 0), ("1", 1)])
def test_where_it_can_be_neither_found_nor_installed_one_line_says_what_is_left_out(
    needed: str, code: int, tmp_path: Path
) -> None:
    environment = {**os.environ, "PATH": str(tmp_path), NEEDED: needed}
    run = [sys.executable, "-m", "tests.support.chromium"]
    done = subprocess.run(run, env=environment, capture_output=True, text=True, check=False)
    assert (code, "") == (done.returncode, done.stdout)
    (line,) = done.stderr.splitlines()
    assert "Chromium is not installed" in line
    assert "tests/end_to_end/browser" in line


def test_it_is_found_under_any_of_its_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium() is None
    program = tmp_path / "google-chrome"
    program.touch(mode=0o755)
    assert str(program) == chromium()
