"""`routes`: challengers beside the holder of an alias."""

from __future__ import annotations

from airflow.cli.cli_config import Arg, GroupCommand

from airflow_provider_registry.cli.definitions.arguments import (
    ARG_ALIAS,
    ARG_KEY,
    ARG_MODEL,
    ARG_REASON,
    ARG_VERSION,
    command,
)

_ALIAS_OPTIONAL = Arg(("alias",), nargs="?", help="Name of the alias; without it, all aliases")

GROUP = GroupCommand(
    name="routes",
    help="Share out the traffic of an alias",
    subcommands=(
        command(
            "list",
            "routes.list_routes",
            "List the challengers of a model and what each gets",
            ARG_MODEL,
            _ALIAS_OPTIONAL,
            Arg(("--ended",), action="store_true", help="Those that have ended too"),
        ),
        command(
            "set",
            "routes.set_route",
            "Give a version a share of an alias's traffic, through its policy",
            ARG_MODEL,
            ARG_VERSION,
            ARG_ALIAS,
            Arg(("--traffic",), metavar="PERCENT", help="Above 0 and below 100, with at most two decimals"),
            Arg(("--shadow",), action="store_true", help="A copy, whose answers nobody gets"),
            ARG_REASON,
            Arg(("--allow-older",), action="store_true", help="Also a version of older data than the live one's"),
            ARG_KEY,
        ),
        command(
            "end",
            "routes.end_route",
            "Give what a challenger had back to the holder",
            ARG_MODEL,
            ARG_VERSION,
            ARG_ALIAS,
            ARG_REASON,
            ARG_KEY,
            output=False,
        ),
        command(
            "resolve",
            "routes.resolve",
            "Show which version answers which key",
            ARG_MODEL,
            ARG_ALIAS,
            Arg(("keys",), metavar="key", nargs="+", help="What is answered for: customer-42"),
        ),
    ),
)
