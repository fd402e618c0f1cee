"""The commands of `airflow model-registry`, and nothing that they do: every `airflow` command imports this."""

from __future__ import annotations

from airflow.cli.cli_config import CLICommand, GroupCommand

from airflow_provider_registry.cli.definitions import (
    aliases,
    cards,
    database,
    deployments,
    feedback,
    metrics,
    models,
    policies,
    profiles,
    record,
    requests,
    reviews,
    rights,
    routes,
    storage,
    versions,
    webhooks,
)


def get_cli_commands() -> list[CLICommand]:
    """What Airflow's command line asks a provider for."""
    return [
        GroupCommand(
            name="model-registry",
            help="Manage the model registry",
            subcommands=(
                models.GROUP,
                versions.GROUP,
                cards.GROUP,
                metrics.GROUP,
                aliases.GROUP,
                *aliases.COMMANDS,
                routes.GROUP,
                deployments.GROUP,
                requests.GROUP,
                reviews.GROUP,
                policies.GROUP,
                *policies.COMMANDS,
                feedback.GROUP,
                profiles.GROUP,
                record.GROUP,
                webhooks.GROUP,
                rights.GROUP,
                *storage.COMMANDS,
                database.GROUP,
            ),
        )
    ]
