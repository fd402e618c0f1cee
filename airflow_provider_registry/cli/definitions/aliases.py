"""`alias` and `live`: which version holds which alias; `promote`, `rollback` and `override`: moving one."""

from __future__ import annotations

from airflow.cli.cli_config import Arg, GroupCommand

from airflow_provider_registry.cli.definitions.arguments import (
    ARG_ALIAS,
    ARG_KEY,
    ARG_MODEL,
    ARG_REASON,
    ARG_REASON_REQUIRED,
    ARG_VERSION,
    command,
)

_ALIAS_OPTIONAL = Arg(("alias",), nargs="?", help="Name of the alias; without it, all aliases")
_TIME = Arg(("time",), help="ISO 8601 with a time zone: 2026-03-03T12:00+01:00; without one it is UTC")
_MOVED = (ARG_MODEL, ARG_VERSION, ARG_ALIAS)

GROUP = GroupCommand(
    name="alias",
    help="Look at aliases and their history",
    subcommands=(
        command("list", "aliases.list_aliases", "List what the aliases of a model point at now", ARG_MODEL),
        command("history", "aliases.history", "Show every version that held an alias", ARG_MODEL, _ALIAS_OPTIONAL),
        command("at", "aliases.at", "Show which version held an alias at a moment", ARG_MODEL, ARG_ALIAS, _TIME),
    ),
)

COMMANDS = (
    command(
        "live",
        "aliases.live",
        "Show what is live now: one line a model and alias",
        Arg(("--alias",), help="Only this alias, of every model"),
    ),
    command(
        "promote",
        "promotion.promote",
        "Point an alias at a version, through its policy where it has one",
        *_MOVED,
        ARG_REASON,
        Arg(("--allow-older",), action="store_true", help="Let a version of older data than the live one's take it"),
        ARG_KEY,
    ),
    command(
        "rollback",
        "promotion.rollback",
        "Point an alias back at a version that held it before",
        ARG_MODEL,
        ARG_ALIAS,
        ARG_REASON_REQUIRED,
        Arg(("--to",), metavar="VERSION", help="Number of the version (default: the one that the present displaced)"),
        ARG_KEY,
    ),
    command(
        "override",
        "promotion.override",
        "Point an alias at a version past its policy",
        *_MOVED,
        ARG_REASON_REQUIRED,
        ARG_KEY,
        description="Points an alias at a version past its gates and approvals. Only those may whom the policy names "
        "under override; it is an event of its own, and shown wherever the version is shown.",
    ),
)
