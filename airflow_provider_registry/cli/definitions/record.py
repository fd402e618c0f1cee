"""`record`: what was done, and whether the record of it is whole."""

from __future__ import annotations

from airflow.cli.cli_config import Arg, GroupCommand

from airflow_provider_registry.cli.definitions.arguments import (
    ARG_FILE_TO_WRITE,
    ARG_LIMIT,
    ARG_MODEL,
    ARG_MODEL_OPTIONAL,
    command,
)

GROUP = GroupCommand(
    name="record",
    help="Read, verify and export the record",
    subcommands=(
        command(
            "show",
            "record.show_record",
            "Show events of a model, by default the newest",
            ARG_MODEL,
            Arg(("--from",), dest="first", metavar="EVENT", type=int, help="Begin with the event of this number"),
            Arg(("--type",), action="append", help="Only those of this type: alias.promoted, …; repeat it"),
            Arg(("--version",), type=int, help="Only those that concern the version of this number"),
            Arg(("--alias",), help="Only those that concern this alias"),
            ARG_LIMIT,
        ),
        command(
            "verify",
            "record.verify",
            "Make sure that the record was not edited",
            ARG_MODEL_OPTIONAL,
            Arg(("--against",), metavar="FILE", help="Heads that were kept outside; - is standard input"),
            description="Checks the record against itself and against the tables beside it, and prints its head. Keep "
            "what -o json prints where nobody who can write to the database can; give it as --against later.",
        ),
        command(
            "export",
            "export.export",
            "Write the record as JSON lines, to be verified elsewhere",
            ARG_MODEL_OPTIONAL,
            ARG_FILE_TO_WRITE,
            Arg(("--without-private",), action="store_true", help="Leave out persons and free text"),
            output=False,
        ),
    ),
)
