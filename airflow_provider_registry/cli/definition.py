"""The commands of `airflow model-registry`, and nothing that they do: every `airflow` command imports this."""

from __future__ import annotations

from airflow.cli.cli_config import (
    ARG_OUTPUT,
    ARG_VERBOSE,
    ActionCommand,
    Arg,
    CLICommand,
    GroupCommand,
    lazy_load_command,
)

from airflow_provider_registry.hooks.embedded import DEFAULT_CONN_ID

ARG_CONN_ID = Arg(
    ("--conn-id",),
    help=f"The connection to the registry (default: {DEFAULT_CONN_ID})",
    default=DEFAULT_CONN_ID,
)


def get_cli_commands() -> list[CLICommand]:
    """What Airflow's command line asks a provider for."""
    return [
        GroupCommand(
            name="model-registry",
            help="Manage the model registry",
            subcommands=[GroupCommand(name="db", help="Manage the registry's schema", subcommands=_database())],
        )
    ]


def _database() -> list[ActionCommand]:
    return [
        ActionCommand(
            name="migrate",
            help="Bring the schema up to what this release needs",
            description="Brings the registry's schema up to what this release needs; again changes nothing.",
            func=lazy_load_command("airflow_provider_registry.cli.database.migrate"),
            args=(ARG_CONN_ID, ARG_VERBOSE),
        ),
        ActionCommand(
            name="current",
            help="Show which revision the schema is at",
            description="Shows which revision the registry's schema is at, and which one this release needs.",
            func=lazy_load_command("airflow_provider_registry.cli.database.current"),
            args=(ARG_CONN_ID, ARG_OUTPUT, ARG_VERBOSE),
        ),
    ]
