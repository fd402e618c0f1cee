from __future__ import annotations

import importlib
import inspect
import json
import os
import subprocess
import sys

import pytest
from airflow.cli.cli_config import ActionCommand, GroupCommand

from airflow_provider_registry.cli.definition import get_cli_commands

PACKAGE = "airflow_provider_registry"
LIGHT = {"errors", "messages", "hooks", "hooks.embedded", "hooks.settings", "hooks.target"}

PROGRAM = """
import json, sys
import airflow.cli.cli_config
before = set(sys.modules)
import airflow_provider_registry.cli.definition
json.dump(sorted(set(sys.modules) - before), sys.stdout)
"""


def actions(group, *names):
    """Every command below a group, with the words that lead to it."""
    for command in group.subcommands:
        if isinstance(command, GroupCommand):
            yield from actions(command, *names, command.name)
        else:
            yield " ".join((*names, command.name)), command


(GROUP,) = get_cli_commands()
assert isinstance(GROUP, GroupCommand)
COMMANDS: dict[str, ActionCommand] = dict(actions(GROUP))


def test_the_issue_lists_these_commands():
    groups = {
        "models": "list show create update",
        "versions": "list show diff register download archive restore",
        "alias": "list history at",
        "requests": "list show approve reject withdraw",
        "record": "show verify export",
        "policy": "show",
        "db": "migrate downgrade current check",
    }
    expected = {f"{group} {name}" for group, names in groups.items() for name in names.split()}
    assert {*expected, "promote", "rollback", "override", "live", "gc"} <= set(COMMANDS)


def test_every_command_takes_a_connection_and_verbose():
    """But those about Airflow's users, whose rights are the same in every registry."""
    for name, command in COMMANDS.items():
        flags = {flag for argument in command.args for flag in argument.flags}
        assert ({"-v"} if name.startswith("rights ") else {"--conn-id", "-v"}) == flags & {"--conn-id", "-v"}, name


@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_command_does_is_there(name):
    path = inspect.getclosurevars(COMMANDS[name].func).nonlocals["import_path"]
    module, _, function = path.rpartition(".")
    assert callable(getattr(importlib.import_module(module), function))


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_a_line_without_a_full_stop(name):
    help = COMMANDS[name].help
    assert help
    assert "\n" not in help
    assert not help.endswith(".")


def test_every_airflow_command_imports_the_definition_and_nothing_of_weight():
    """Airflow's own definitions are loaded then anyway."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment)
    loaded = json.loads(done.stdout.splitlines()[-1])
    ours = {name.removeprefix(f"{PACKAGE}.") for name in loaded if name.startswith(f"{PACKAGE}.")}
    assert ours - {"cli", "cli.definition", "cli.definitions"} <= LIGHT | {
        name for name in ours if name.startswith("cli.definitions.")
    }
