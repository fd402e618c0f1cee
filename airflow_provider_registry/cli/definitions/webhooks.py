"""`webhooks`: who is told of events, and whether it arrives."""

from __future__ import annotations

from airflow.cli.cli_config import Arg, GroupCommand

from airflow_provider_registry.cli.definitions.arguments import ARG_LIMIT, ARG_MODEL, ARG_MODEL_OPTIONAL, command

_WEBHOOK = Arg(("--webhook",), metavar="NAME", help="Only this one; needed for one event where the model has several")
_TIMEOUT = Arg(("--timeout",), type=float, default=15.0, help="Seconds that a receiver may take (default: 15)")

GROUP = GroupCommand(
    name="webhooks",
    help="Deliver events to webhooks, and see how that stands",
    subcommands=(
        command(
            "list", "webhooks.list_webhooks", "List webhooks, and how delivering to each stands", ARG_MODEL_OPTIONAL
        ),
        command("history", "webhooks.history", "Show what was sent, newest first", ARG_MODEL, _WEBHOOK, ARG_LIMIT),
        command(
            "test",
            "webhooks.test",
            "Send a test to a webhook",
            ARG_MODEL,
            Arg(("--webhook",), metavar="NAME", help="Which; needed where the model has several"),
            _TIMEOUT,
            description="Sends a webhook.test, which is of no event, and shows what was answered. Exit codes: "
            "0 delivered; 1 not.",
        ),
        command(
            "redeliver",
            "webhooks.redeliver",
            "Send an event once more, or all that were given up",
            ARG_MODEL,
            Arg(("--event",), type=int, help="Its number in the record; without it, all that were given up"),
            _WEBHOOK,
            _TIMEOUT,
            description="Sends it at once, under the id that it had. Exit codes: 0 all delivered; 1 not.",
        ),
        command(
            "deliver",
            "webhooks.deliver",
            "Deliver what has happened: one round",
            ARG_MODEL_OPTIONAL,
            _TIMEOUT,
            description="Delivers to every webhook what has happened since, in order; what fails is tried again by a "
            "later round. Run it every minute, or leave that to the Dag deliver_webhooks.",
        ),
    ),
)
