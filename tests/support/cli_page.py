"""The tables of options in `docs/cli.md`, as the commands have them: `python -m tests.support.cli_page` writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from airflow.cli.cli_config import ARG_OUTPUT, ARG_VERBOSE, ActionCommand, Arg, CLICommand, GroupCommand

from airflow_provider_registry.cli.definition import get_cli_commands
from airflow_provider_registry.cli.definitions.arguments import ARG_CONN_ID

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
BLOCK = re.compile(r"(<!-- options: (?P<name>[a-z -]+) -->\n).*?(<!-- end -->)", re.DOTALL)

# Said once for all, at the top of the page.
_COMMON = (ARG_CONN_ID, ARG_OUTPUT, ARG_VERBOSE)


def commands() -> dict[str, ActionCommand]:
    """Every command, by the words that lead to it below `airflow model-registry`."""
    (group,) = get_cli_commands()
    assert isinstance(group, GroupCommand)
    return dict(_actions(group.subcommands))


def written(page: str) -> str:
    """The page with its tables as the commands have them now."""
    known = commands()
    return BLOCK.sub(lambda block: f"{block[1]}{table(block['name'], known[block['name']])}\n{block[3]}", page)


def table(name: str, command: ActionCommand) -> str:
    """How a command is called, and its own arguments."""
    own = [argument for argument in command.args if argument not in _COMMON]
    usage = " ".join([f"airflow model-registry {name}", *map(_usage, own)])
    lines = ["", command.description or f"{command.help}.", "", "```text", usage, "```", ""]
    if own:
        rows = [f"| {_spelled(argument)} | {_escaped(_help(argument))} |" for argument in own]
        lines += ["| argument | meaning |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def _actions(group: Any, *names: str) -> Iterator[tuple[str, ActionCommand]]:
    command: CLICommand
    for command in group:
        if isinstance(command, GroupCommand):
            yield from _actions(command.subcommands, *names, command.name)
        else:
            yield " ".join((*names, command.name)), command


def _usage(argument: Arg) -> str:
    flag, said = argument.flags[-1], argument.kwargs
    if not flag.startswith("-"):
        return f"[{flag}]" if said.get("nargs") == "?" else flag
    shown = flag if said.get("action") == "store_true" else f"{flag} {_value(argument)}"
    return shown if said.get("required") else f"[{shown}]{' …' * (said.get('action') in ('append', 'extend'))}"


def _spelled(argument: Arg) -> str:
    return ", ".join(f"`{flag}`" for flag in argument.flags)


def _value(argument: Arg) -> str:
    name = argument.flags[-1].lstrip("-").replace("-", "_").upper()
    return str(argument.kwargs.get("metavar") or name)


def _help(argument: Arg) -> str:
    return str(argument.kwargs["help"])


def _escaped(text: str) -> str:
    return text.replace("|", r"\|").replace("<", "&lt;").replace("*", r"\*")


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
