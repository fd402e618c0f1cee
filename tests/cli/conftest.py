"""The commands as people run them: parsed by Airflow's own parser, on a registry that a connection names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.kernel import World
from tests.support.skin import artifact, set_connection, skin_registry

if TYPE_CHECKING:
    from airflow_provider_registry.registry import Registry

__all__ = ["artifact", "skin_registry"]


class Command:
    """Runs commands in this process.

    Attributes:
        err: what the last one said on stderr.
    """

    def __init__(self, parser: Any, capsys: pytest.CaptureFixture[str]) -> None:
        self._parser, self._capsys = parser, capsys
        self.err = ""

    def __call__(self, *arguments: object) -> str:
        """What a command that succeeds prints."""
        try:
            args = self._parser.parse_args(["model-registry", *map(str, arguments)])
            args.func(args)
        finally:
            said = self._capsys.readouterr()
            self.err = said.err
        return said.out

    def json(self, *arguments: object) -> Any:
        """What it prints with `-o json`."""
        return json.loads(self(*arguments, "-o", "json"))

    def fails(self, *arguments: object) -> str:
        """What a command that fails says on stderr; its exit code is 1."""
        with pytest.raises(SystemExit) as caught:
            self(*arguments)
        assert 1 == caught.value.code
        assert "Traceback" not in self.err
        return self.err

    def table(self, *arguments: object) -> list[list[str]]:
        """The cells of the table that it prints, the header first."""
        lines = [line for line in self(*arguments).splitlines() if "|" in line]
        return [[cell.strip() for cell in line.split("|")] for line in lines]

    def exits(self, *arguments: object) -> tuple[int, str]:
        """The exit code of a command, and what it prints, whatever becomes of it."""
        try:
            args = self._parser.parse_args(["model-registry", *map(str, arguments)])
            args.func(args)
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = self._capsys.readouterr()
        self.err = said.err
        return code, said.out


@pytest.fixture(scope="session")
def parser() -> Any:
    """The parser of `airflow`."""
    from airflow.cli import cli_parser

    return cli_parser.get_parser()


@pytest.fixture
def run(parser: Any, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command as `airflow` does."""
    return Command(parser, capsys)


@pytest.fixture
def backend() -> str:
    """SQLite; what differs on PostgreSQL has a test of its own."""
    return "sqlite"


@pytest.fixture
def world(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A registry with nothing in it, which the default connection names."""
    url = registry.engine.url.render_as_string(hide_password=False)
    set_connection(monkeypatch, host=url, extra={"artifact_root": str(tmp_path / "artifacts")})
    return World(registry, tmp_path)
