"""`rights`: the registry's own rights, and the roles of FAB that have them."""

from __future__ import annotations

from airflow.cli.cli_config import Arg, GroupCommand

from airflow_provider_registry.cli.definitions.arguments import command


def _roles(flag: str, help: str) -> Arg:
    return Arg((flag,), action="append", default=[], metavar="ROLE", help=help)


GROUP = GroupCommand(
    name="rights",
    help="Manage the rights of users, where Airflow's auth manager is FAB",
    subcommands=(
        command(
            "create",
            "rights.create_rights",
            "Create the registry's own rights, and grant them to roles",
            Arg(
                ("--defaults",),
                action="store_true",
                help="Grant them to the roles that FAB comes with: Viewer and User read, Op and Admin do everything",
            ),
            _roles("--read", "A role that may read; repeat it"),
            _roles("--decide", "A role that may decide on requests, and read; repeat it"),
            _roles("--administer", "A role that may move aliases and ask for promotions, and read; repeat it"),
            registry=False,
            description="Creates the rights that [model_registry] authorization = custom_view asks for, and grants "
            "them to roles; again changes nothing. Nothing is ever taken away: that is airflow roles del-perms.",
        ),
        command(
            "list",
            "rights.list_rights",
            "List the registry's own rights, with the roles that have them",
            registry=False,
        ),
    ),
)
