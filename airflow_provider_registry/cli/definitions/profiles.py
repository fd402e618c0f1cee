"""`profiles`: the data that versions were trained on and met."""

from __future__ import annotations

from airflow.cli.cli_config import Arg, GroupCommand

from airflow_provider_registry.cli.definitions.arguments import (
    ARG_KEY,
    ARG_LIMIT,
    ARG_MODEL_OR_REFERENCE,
    ARG_VERSION_OPTIONAL,
    command,
)

_NAMED = (ARG_MODEL_OR_REFERENCE, ARG_VERSION_OPTIONAL)
_DATASET = Arg(("--dataset",), help="The name of the data")

GROUP = GroupCommand(
    name="profiles",
    help="Record and compare the distributions of what versions were trained on and met",
    subcommands=(
        command(
            "list",
            "profiles.list_profiles",
            "List profiles of a version, newest first",
            *_NAMED,
            Arg(("--phase",), help="training, validation or production"),
            _DATASET,
            ARG_LIMIT,
        ),
        command(
            "record",
            "profiles.record",
            "Record a profile of a version",
            *_NAMED,
            Arg(("-f", "--file"), required=True, help="JSON of the form of profile.schema.json; - is standard input"),
            Arg(("--phase",), default="training", help="training (default), validation or production"),
            _DATASET,
            Arg(("--since",), metavar="TIME", help="The data are from then on, ISO 8601"),
            Arg(("--until",), metavar="TIME", help="And from before then"),
            ARG_KEY,
        ),
        command(
            "drift",
            "profiles.drift",
            "Show how far a profile lies from the training's",
            *_NAMED,
            Arg(("--phase",), default="production", help="Of the profile that is compared (default: production)"),
            _DATASET,
            description="Compares the newest profile of a phase with the newest one of the training, column by column: "
            "the population stability index, and the Jensen-Shannon distance.",
        ),
    ),
)
