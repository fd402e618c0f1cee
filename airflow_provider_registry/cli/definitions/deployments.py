"""`deployments`: which version a target should run, and which it does."""

from __future__ import annotations

from airflow.cli.cli_config import Arg, GroupCommand

from airflow_provider_registry.cli.definitions.arguments import (
    ARG_KEY,
    ARG_MODEL,
    ARG_MODEL_OPTIONAL,
    ARG_REASON,
    ARG_VERSION,
    command,
)

_ENVIRONMENT = Arg(("--environment",), help="Only in this environment")
_TARGET = Arg(("--target",), help="Only this target")

GROUP = GroupCommand(
    name="deployments",
    help="Look at deployments, and record them",
    subcommands=(
        command(
            "list",
            "deployments.list_deployments",
            "List how targets stand now",
            ARG_MODEL_OPTIONAL,
            _ENVIRONMENT,
            _TARGET,
            Arg(("--live",), action="store_true", help="Only those that run a version, may run one, or should"),
        ),
        command(
            "record",
            "deployments.record",
            "Record how a target stands with a version",
            ARG_MODEL,
            ARG_VERSION,
            Arg(("environment",), help="Name of the environment: production"),
            Arg(("target",), help="Name of the target: eu-west-1/churn"),
            Arg(("--desired",), help="What the target should do with it: running, stopped"),
            Arg(("--actual",), help="What it does with it: pending, running, failed, stopped, unknown"),
            Arg(("--url",), help="Where the target answers; '' to forget it"),
            ARG_REASON,
            ARG_KEY,
            description="Records what a target should do with a version, what it does, or both. Nothing is deployed.",
        ),
        command(
            "history",
            "deployments.history",
            "Show how targets stood, oldest first",
            ARG_MODEL,
            _ENVIRONMENT,
            _TARGET,
        ),
    ),
)
