"""`models`: registered models."""

from __future__ import annotations

from airflow.cli.cli_config import Arg, GroupCommand

from airflow_provider_registry.cli.definitions.arguments import (
    ARG_FILTER,
    ARG_LIMIT,
    ARG_MODEL,
    ARG_ORDER_BY,
    command,
)

_SAID = (
    Arg(("--team",), help="The team that owns it"),
    Arg(("--description",), help="Free text, Markdown"),
    Arg(
        ("--metadata-schema",),
        metavar="FILE",
        help="JSON Schema 2020-12 that the metadata of new versions must satisfy; - is standard input",
    ),
)

GROUP = GroupCommand(
    name="models",
    help="Manage registered models",
    subcommands=(
        command("list", "models.list_models", "List registered models", ARG_FILTER, ARG_ORDER_BY, ARG_LIMIT),
        command("show", "models.show_model", "Show a registered model", ARG_MODEL),
        command("create", "models.create", "Create a registered model", ARG_MODEL, *_SAID),
        command(
            "update",
            "models.update",
            "Change what is said of a registered model",
            ARG_MODEL,
            *_SAID,
            description="Changes what is said of a registered model. What is not given stays; '' takes it away.",
        ),
    ),
)
