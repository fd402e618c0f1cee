"""Arguments that several commands take, and the form of a command.

Every `airflow …` imports this: nothing but Airflow's own definitions may be imported here.
"""

from __future__ import annotations

from airflow.cli.cli_config import ARG_OUTPUT, ARG_VERBOSE, ActionCommand, Arg, lazy_load_command

from airflow_provider_registry.hooks.embedded import DEFAULT_CONN_ID

_PACKAGE = "airflow_provider_registry.cli"

ARG_CONN_ID = Arg(
    ("--conn-id",),
    help=f"The connection to the registry (default: {DEFAULT_CONN_ID})",
    default=DEFAULT_CONN_ID,
)
ARG_MODEL = Arg(("model",), help="Name of the registered model")
ARG_MODEL_OPTIONAL = Arg(("model",), nargs="?", help="Name of the registered model; without it, all models")
ARG_MODEL_OR_REFERENCE = Arg(
    ("model",), help="Name of the registered model; or a reference: models:/churn/3, models:/churn@production"
)
ARG_VERSION = Arg(("version",), help="Number of the version; or @ and the alias that points at it")
ARG_VERSION_OPTIONAL = Arg(
    ("version",), nargs="?", help="Number of the version, or @ and the alias that points at it; none after a reference"
)
ARG_ALIAS = Arg(("alias",), help="Name of the alias")
ARG_REASON = Arg(("--reason",), help="Why, for the record", default="")
ARG_REASON_REQUIRED = Arg(("--reason",), help="Why, for the record", required=True)
ARG_KEY = Arg(("--key",), help="The same act with the same key is done once: the id of a CI job, for example")
ARG_FILE_TO_WRITE = Arg(("-f", "--file"), default="-", help="The file to write (default: - for standard output)")
ARG_FILTER = Arg(("--filter",), help="Only those: metrics.auc > 0.9 and tags.team = 'growth'", default="")
ARG_ORDER_BY = Arg(("--order-by",), help="In this order: metrics.auc desc, created_at", default="")
ARG_LIMIT = Arg(("--limit",), help="At most so many (default: 100)", type=int, default=100)


def command(
    name: str,
    path: str,
    help: str,
    *args: Arg,
    output: bool = True,
    registry: bool = True,
    description: str | None = None,
) -> ActionCommand:
    """A command of ours.

    Parameters:
        path: module and function that do it, below this package.
        help: one line, for the list of commands.
        args: its own arguments; those that all commands have are added.
        output: whether it prints rows, in the format that `-o` says.
        registry: whether it reaches one, which `--conn-id` names.
        description: for its own help, where that says more.
    """
    own = (*args, *([ARG_CONN_ID] if registry else []), *([ARG_OUTPUT] if output else []), ARG_VERBOSE)
    return ActionCommand(
        name=name, help=help, description=description, func=lazy_load_command(f"{_PACKAGE}.{path}"), args=own
    )
