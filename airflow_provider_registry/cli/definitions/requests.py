"""`requests`: promotion requests, and what people decide on them."""

from __future__ import annotations

from airflow.cli.cli_config import Arg, GroupCommand

from airflow_provider_registry.cli.definitions.arguments import (
    ARG_LIMIT,
    ARG_MODEL_OPTIONAL,
    ARG_REASON_REQUIRED,
    command,
)

_REQUEST = Arg(("request_id",), type=int, help="Number of the promotion request")
_DECIDED = (
    _REQUEST,
    Arg(("--role",), help="The role of the policy to decide in; needed where you are in several"),
    Arg(("--comment",), help="For the record", default=""),
    Arg(("--report",), metavar="DIGEST", help="Of the gate report you saw (requests show): refused if it is another"),
)
_CLAIM = "You are recorded as user at host, marked as claimed; a policy may refuse decisions that come this way (via)."

GROUP = GroupCommand(
    name="requests",
    help="Look at promotion requests and decide on them",
    subcommands=(
        command(
            "list",
            "requests.list_requests",
            "List promotion requests, newest first",
            ARG_MODEL_OPTIONAL,
            Arg(("--alias",), help="Only those for this alias"),
            Arg(("--state",), action="append", help="Only those in this state: open, approved, …; repeat it"),
            ARG_LIMIT,
        ),
        command("show", "requests.show_request", "Show a promotion request with its gates and decisions", _REQUEST),
        command(
            "approve", "requests.approve", "Approve a promotion request", *_DECIDED, description=f"Approves. {_CLAIM}"
        ),
        command("reject", "requests.reject", "Reject a promotion request", *_DECIDED, description=f"Rejects. {_CLAIM}"),
        command(
            "evidence",
            "requests.evidence",
            "Write all that belongs to a promotion request into one zip that can be verified elsewhere",
            _REQUEST,
            Arg(("-f", "--file"), metavar="FILE", help="The zip to write (default: request-<number>.zip)"),
        ),
        command("withdraw", "requests.withdraw", "Take a promotion request back", _REQUEST, ARG_REASON_REQUIRED),
    ),
)
