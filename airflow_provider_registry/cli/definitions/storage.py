"""`gc`: bytes that no version refers to."""

from __future__ import annotations

from airflow.cli.cli_config import Arg

from airflow_provider_registry.cli.definitions.arguments import command

COMMANDS = (
    command(
        "gc",
        "storage.gc",
        "Remove bytes that no version refers to",
        Arg(("-n", "--dry-run"), action="store_true", help="Remove nothing, only say what would go"),
        Arg(("--grace",), default="24h", help="Leave what is younger: 36h, 7d (default: 24h)"),
    ),
)
