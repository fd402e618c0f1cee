"""`reviews`: what is to be looked at again, and what people said."""

from __future__ import annotations

from airflow.cli.cli_config import Arg, GroupCommand

from airflow_provider_registry.cli.definitions.arguments import (
    ARG_ALIAS,
    ARG_KEY,
    ARG_MODEL,
    ARG_REASON,
    command,
)

GROUP = GroupCommand(
    name="reviews",
    help="Look again at what is live",
    subcommands=(
        command(
            "due",
            "reviews.due",
            "List what is due for a review, the longest overdue first",
            Arg(("--before",), metavar="TIME", help="Also what becomes due until then: ISO 8601 (default: now)"),
        ),
        command(
            "list",
            "reviews.list_reviews",
            "List what people said of the versions that held an alias",
            ARG_MODEL,
            Arg(("alias",), nargs="?", help="Name of the alias; without it, all aliases"),
        ),
        command(
            "record",
            "reviews.record",
            "Record a review of the version that holds an alias",
            ARG_MODEL,
            ARG_ALIAS,
            Arg(("outcome",), choices=("keep", "replace", "retire"), help="What is to become of it"),
            ARG_REASON,
            Arg(("--role",), help="The role of the policy to review in; needed where you are in several"),
            Arg(("--version",), help="The one that you looked at: refused where another holds the alias now"),
            ARG_KEY,
            description="Records what you say of the version that holds the alias. Nothing moves by it: keep begins "
            "the policy's review_every anew. You are recorded as user at host, marked as claimed; a policy may refuse "
            "reviews that come this way (via).",
        ),
    ),
)
