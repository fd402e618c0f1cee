"""`metrics`: what versions measured over time."""

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

GROUP = GroupCommand(
    name="metrics",
    help="Manage what versions measured over time",
    subcommands=(
        command(
            "list",
            "metrics.list_points",
            "List the values of a version, oldest first",
            *_NAMED,
            Arg(("--name",), help="Of this metric alone"),
            Arg(("--phase",), help="Of this phase alone: production, validation or training"),
            Arg(("--dataset",), help="On this dataset alone"),
            Arg(("--slice",), help="On this slice alone: country=NO,age=60+"),
            Arg(("--since",), help="Of windows that begin from then on, in ISO 8601"),
            Arg(("--until",), help="Of windows that begin before then"),
            Arg(("--all-revisions",), action="store_true", help="Also those that were corrected since"),
            ARG_LIMIT,
        ),
        command(
            "record",
            "metrics.record",
            "Record what a version measured",
            *_NAMED,
            Arg(("-m", "--metric"), metavar="NAME=VALUE", action="append", help="A value; repeat it"),
            Arg(
                ("--file",),
                metavar="FILE",
                help="Instead of -m: JSON, a mapping of names to numbers or a list of rows; or .csv or .parquet with "
                "named columns. Rows have name and value, and where they differ phase, dataset, slice, window_from, "
                "window_to, observed_at and revision; - is JSON on standard input",
            ),
            Arg(("--from",), dest="window_from", metavar="TIME", help="Begin of the window, in ISO 8601"),
            Arg(("--to",), dest="window_to", metavar="TIME", help="End of the window, exclusive"),
            Arg(("--observed-at",), metavar="TIME", help="When it was measured (default: now)"),
            Arg(("--phase",), help="production (default), validation or training", default="production"),
            Arg(("--dataset",), help="Where it was measured"),
            Arg(("--slice",), help="The part of it: country=NO,age=60+"),
            Arg(("--revision",), help="1 (default), or more for a correction", type=int, default=1),
            ARG_KEY,
            description="Records values beside a version, append-only. The same again is nothing new; another value is "
            "refused, and recorded as the next --revision.",
        ),
    ),
)
