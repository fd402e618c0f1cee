"""`gc`: what retention no longer keeps, and bytes that no version refers to."""

from __future__ import annotations

from airflow.cli.cli_config import Arg

from airflow_provider_registry.cli.definitions.arguments import command

COMMANDS = (
    command(
        "gc",
        "storage.gc",
        "Apply retention, and remove bytes that no version refers to",
        Arg(("-n", "--dry-run"), action="store_true", help="Remove nothing, only say what would go"),
        Arg(("--grace",), default="24h", help="Leave unreferenced bytes that are younger: 36h, 7d (default: 24h)"),
        description="Archives the versions that their models' retention no longer keeps, removes the bytes of those "
        "archived for long, and then bytes that no version refers to. Models without a retention keep all versions.",
    ),
)
