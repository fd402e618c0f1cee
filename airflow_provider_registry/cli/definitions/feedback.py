"""`feedback`: what was said of versions in use."""

from __future__ import annotations

from airflow.cli.cli_config import Arg, GroupCommand

from airflow_provider_registry.cli.definitions.arguments import (
    ARG_KEY,
    ARG_LIMIT,
    ARG_MODEL_OR_REFERENCE,
    ARG_REASON_REQUIRED,
    ARG_VERSION_OPTIONAL,
    command,
)

_NAMED = (ARG_MODEL_OR_REFERENCE, ARG_VERSION_OPTIONAL)
_SCOPE = (ARG_MODEL_OR_REFERENCE, Arg(("version",), nargs="?", help="Number or @alias; without it, all versions"))
_SINCE = Arg(("--since",), metavar="TIME", help="Said then or later, ISO 8601: 2026-03-03T12:00+01:00")
_UNTIL = Arg(("--until",), metavar="TIME", help="Said before")

GROUP = GroupCommand(
    name="feedback",
    help="Record, read and erase what was said of versions",
    subcommands=(
        command(
            "list",
            "feedback.list_feedback",
            "List feedback on a version, newest first",
            *_NAMED,
            Arg(("--kind",), help="rating, flag, correction or comment"),
            Arg(("--subject",), help="Only what was said of this, such as the id of a prediction"),
            _SINCE,
            _UNTIL,
            ARG_LIMIT,
        ),
        command(
            "summary",
            "feedback.summary",
            "Show feedback in numbers, by version and time",
            *_SCOPE,
            Arg(("--every",), metavar="SPAN", help="Cut time into spans of this length: 1h, 1d, 1w"),
            _SINCE,
            _UNTIL,
        ),
        command(
            "record",
            "feedback.record",
            "Record feedback: one piece, or the rows of a file",
            *_NAMED,
            Arg(("-f", "--file"), help="A .csv or .parquet file with kind, value, subject, source and at"),
            Arg(
                ("-c", "--column"),
                metavar="FIELD=COLUMN",
                action="append",
                help="Which column of the file has which of these; repeat it",
            ),
            Arg(("--kind",), help="rating, flag, correction or comment; of a file, of the rows that do not say theirs"),
            Arg(("--value",), help="Of one piece: a number, a name, JSON, or text"),
            Arg(("--subject",), help="Of one piece: what it is about, such as the id of a prediction"),
            Arg(("--source",), help="Who or what says it; of a file, of the rows that do not say theirs"),
            Arg(("--at",), metavar="TIME", help="Of one piece: when it was said, ISO 8601 (default: now)"),
            ARG_KEY,
        ),
        command(
            "erase",
            "feedback.erase",
            "Erase subject, source and text of feedback, for good",
            *_SCOPE,
            Arg(("--id",), dest="feedback_id", metavar="ID", help="One piece, as `feedback list` shows it"),
            Arg(("--subject",), help="Everything that was said of this"),
            Arg(("--source",), help="Everything that this said"),
            ARG_REASON_REQUIRED,
            description="Ratings, flags and times stay, and the record still verifies. The erasing is in the record "
            "itself, with its reason: name no person there.",
        ),
    ),
)
