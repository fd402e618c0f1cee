"""The command line with arguments that nobody should write: one clean message, the exit code 1 or 2, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from airflow.cli.cli_config import ActionCommand

from tests.cli.conftest import Command, parser
from tests.faults.hostile.bearing import BrokenPromiseError, check_message, deadline, described, messy, tree
from tests.faults.hostile.calls import peopled, use_no_cloud
from tests.faults.hostile.values import LARGE, LINES
from tests.faults.how_long import LONG
from tests.support.cli_page import commands
from tests.support.kernel import World
from tests.support.skin import set_connection

__all__ = ["parser"]

pytestmark = pytest.mark.timeout(3_600 if LONG else 300)

# In the short form each argument gets a part of the texts, another part than its neighbours.
PARTS = 1 if LONG else 60

# `db downgrade` takes the tables away, and has its own tests.
COMMANDS = sorted(set(commands()) - {"db downgrade"})

# What an operating system passes as an argument: no NUL, and bytes that are no text as halves of pairs.
TEXTS = {
    name: text
    for name, text in {**LINES, **LARGE}.items()
    if "\0" not in text and "\ud800" not in text and len(text) < 130_000
}

GOOD = {
    "model": "churn",
    "version": "1",
    "first": "1",
    "second": "2",
    "alias": "moved",
    "time": "2026-03-03T12:00Z",
    "request_id": "1",
    "path": "artifact",
    "--to": "1",
    "--reason": "why",
    "--to-revision": "0001",
}


@pytest.fixture
def backend() -> str:
    """What differs on PostgreSQL is the kernel's."""
    return "sqlite"


@pytest.fixture
def people(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A registry with something of everything, which the default connection names."""
    peopled(world)
    url = world.registry.engine.url.render_as_string(hide_password=False)
    set_connection(monkeypatch, host=url, extra={"artifact_root": str(tmp_path / "artifacts")})
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    use_no_cloud(monkeypatch)
    return world


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_is_wrong_in_one_message_or_does_it(people, parser, capsys, tmp_path, name):
    run = Command(parser, capsys)
    database = [tmp_path / f"registry.db{suffix}" for suffix in ("", "-wal", "-shm", "-journal")]
    places = [tmp_path / "artifacts", tmp_path / "made", tmp_path / "here", *database]
    before = tree(tmp_path, *places)
    broken = []
    for number, (argument, which, arguments) in enumerate(_calls(name)):
        if number % PARTS != len(name) % PARTS:
            continue
        try:
            with deadline():
                code, out = run.exits(*arguments)
            _check(code, out, run.err)
        except BrokenPromiseError as wrong:
            broken.append(f"{name} {argument}=<{which}>: {wrong}")
        except Exception as error:
            broken.append(f"{name} {argument}=<{which}>: a traceback: {described(error):.300}")
    assert not broken, "\n".join(broken)
    assert before == tree(tmp_path, *places)
    people.registry.verify_record("churn")


def _check(code: int, out: str, err: str) -> None:
    if code not in (0, 1, 2):
        raise BrokenPromiseError(f"the exit code {code}")
    if "Traceback" in err or ("Error: " in err.partition("(-v shows where it comes from.)")[0] and "(-v shows" in err):
        raise BrokenPromiseError(f"nobody meant to say {err[-600:]!r}")
    if code == 1:
        # What comes before it are notes, such as that a time is taken as UTC.
        check_message(err, longest=5_000)
    if found := messy(err) - {"\t"}:
        raise BrokenPromiseError(f"stderr holds {found}: {err[:500]!r}")
    if found := {one for one in messy(out) - {"\t"} if one in "\x1b\x07\x9b\u202e\u2066\x00\r"}:
        raise BrokenPromiseError(f"stdout holds {found}: {out[:500]!r}")


def _calls(name: str) -> Iterator[tuple[str, str, list[str]]]:
    """Every argument of a command with every text, the others being good."""
    command = commands()[name]
    for argument in _arguments(command):
        for which, text in TEXTS.items():
            yield argument, which, [*name.split(), *_written(command, {argument: text})]


def _arguments(command: ActionCommand) -> list[str]:
    return [
        argument.flags[-1]
        for argument in command.args
        if argument.kwargs.get("action") not in ("store_true", "store_false") and argument.flags[-1] != "--verbose"
    ]


def _written(command: ActionCommand, given: Mapping[str, str]) -> list[str]:
    options, positionals = [], []
    for argument in command.args:
        flag = argument.flags[-1]
        if flag.startswith("-"):
            if flag in given or argument.kwargs.get("required"):
                options.append(f"{flag}={given.get(flag, GOOD.get(flag, 'x'))}")
        else:
            positionals.append(given.get(flag, GOOD.get(flag, "x")))
    return [*options, "--", *positionals] if positionals else options
