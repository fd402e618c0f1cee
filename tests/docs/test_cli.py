"""The page on commands says what the commands are, and every command that a page shows can be typed."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from airflow.cli import cli_parser

from tests.support import cli_page

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGE = cli_page.PAGE.read_text(encoding="utf-8")


def shown(page):
    """The commands in a page's blocks for a shell."""
    for block in re.findall(r"^```bash\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("airflow model-registry "):
                words = shlex.split(line, comments=True)
                yield words[1 : words.index(">")] if ">" in words else words[1:]


COMMANDS = [command for page in PAGES for command in shown(page)]


def test_the_tables_are_those_of_the_commands():
    assert cli_page.written(PAGE) == PAGE, "run `python -m tests.support.cli_page`"


def test_every_command_has_its_place():
    assert set(cli_page.commands()) == {block["name"] for block in cli_page.BLOCK.finditer(PAGE)}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_that_is_shown_can_be_typed(words):
    args = cli_parser.get_parser().parse_args(words)
    assert callable(args.func)


@pytest.fixture
def backend():
    """SQLite: the record is the same everywhere."""
    return "sqlite"


def test_the_auditors_lines_verify_an_export_and_find_what_was_changed(registry, tmp_path):
    for team in ("growth", "risk"):
        registry.create_model(team)
        registry.update_model(team, team=team)
        registry.update_model(team, team=None)
    registry.erase_event("growth", 1, reason="asked for")
    program = next(block for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "hmac" in block)
    events = [event.as_mapping() for team in ("growth", "risk") for event in registry.export_record(team)]

    def verified(some):
        file = tmp_path / "record.jsonl"
        file.write_text("".join(f"{json.dumps(event)}\n" for event in some))
        command = [sys.executable, "-c", program, str(file)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    heads = {team: registry.record_head(team).hash for team in ("growth", "risk")}
    assert f"{heads}\n" == verified(events).stdout
    assert "removed, inserted or moved" in verified([events[0], *events[2:]]).stderr
    assert "edited" in verified([{**events[0], "body": events[0]["body"].replace("growth", "brisk")}]).stderr
    assert "edited" in verified([events[0], {**events[1], "private": "{}"}]).stderr
