"""`cards`: model cards of versions."""

from __future__ import annotations

from airflow.cli.cli_config import Arg, GroupCommand

from airflow_provider_registry.cli.definitions.arguments import (
    ARG_FILE_TO_WRITE,
    ARG_KEY,
    ARG_MODEL_OR_REFERENCE,
    ARG_REASON,
    ARG_VERSION_OPTIONAL,
    command,
)

_NAMED = (ARG_MODEL_OR_REFERENCE, ARG_VERSION_OPTIONAL)

GROUP = GroupCommand(
    name="cards",
    help="Manage model cards",
    subcommands=(
        command(
            "show",
            "cards.show_card",
            "Write the card of a version, made of what people wrote and of the record",
            *_NAMED,
            Arg(
                ("--format",),
                choices=("markdown", "html", "json", "huggingface"),
                default="markdown",
                help="html is one file with its plots, json is CycloneDX's modelCard, huggingface is a README.md for "
                "the Hub (default: markdown)",
            ),
            ARG_FILE_TO_WRITE,
            output=False,
        ),
        command(
            "set",
            "cards.set_card",
            "Keep what people write of a version: intended use, limitations, …",
            *_NAMED,
            Arg(("-f", "--file"), metavar="FILE", required=True, help="Markdown; - is standard input"),
            ARG_REASON,
            ARG_KEY,
        ),
        command("revisions", "cards.revisions", "List what people wrote of a version, newest first", *_NAMED),
    ),
)
