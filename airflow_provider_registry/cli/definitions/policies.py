"""`policy`: what protected aliases ask."""

from __future__ import annotations

from airflow.cli.cli_config import GroupCommand

from airflow_provider_registry.cli.definitions.arguments import ARG_ALIAS, ARG_MODEL, command

GROUP = GroupCommand(
    name="policy",
    help="Look at policies",
    subcommands=(
        command(
            "show",
            "policies.show_policy",
            "Show the policy of an alias; -o yaml gives a policy file",
            ARG_MODEL,
            ARG_ALIAS,
        ),
    ),
)
