"""`policy`: what protected aliases ask; and `apply`, which brings it in from files."""

from __future__ import annotations

from airflow.cli.cli_config import Arg, GroupCommand

from airflow_provider_registry.cli.definitions.arguments import ARG_ALIAS, ARG_MODEL, ARG_REASON, command

GROUP = GroupCommand(
    name="policy",
    help="Look at policies",
    subcommands=(
        command(
            "show",
            "policies.show_policy",
            "Show the policy of an alias; -o yaml gives a policy file",
            ARG_MODEL,
            ARG_ALIAS,
        ),
        command("schema", "apply.schema", "Print the JSON Schema of policy files, for editors", output=False),
    ),
)

COMMANDS = (
    command(
        "apply",
        "apply.apply",
        "Bring the registry to what policy files say",
        Arg(
            ("-f", "--file"),
            action="extend",
            nargs="+",
            metavar="FILE",
            help="Policy files, YAML or JSON; - is standard input; may be given several times",
        ),
        Arg(("-n", "--dry-run"), action="store_true", help="Change nothing, only say what would change"),
        Arg(
            ("--prune",),
            action="store_true",
            help="Remove, of the models that the files name, the policies that they do not have; that locks the alias",
        ),
        ARG_REASON,
        description="Creates and changes models, and sets policies, as the files say; applying them again changes "
        "nothing. All files are checked before anything is changed. Exit codes: 0 applied, or nothing to change; "
        "2 a dry run found something to change; 1 an error.",
    ),
)
