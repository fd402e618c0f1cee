"""`db`: the registry's schema."""

from __future__ import annotations

from airflow.cli.cli_config import ARG_YES, Arg, GroupCommand

from airflow_provider_registry.cli.definitions.arguments import command

GROUP = GroupCommand(
    name="db",
    help="Manage the registry's schema",
    subcommands=(
        command(
            "migrate",
            "database.migrate",
            "Bring the schema up to what this release needs",
            output=False,
            description="Brings the registry's schema up to what this release needs; again changes nothing.",
        ),
        command(
            "downgrade",
            "database.downgrade_schema",
            "Bring the schema back to an earlier revision",
            Arg(("-r", "--to-revision"), required=True, help="The revision; base removes the registry"),
            ARG_YES,
            output=False,
        ),
        command(
            "current",
            "database.current",
            "Show which revision the schema is at",
            description="Shows which revision the registry's schema is at, and which one this release needs.",
        ),
        command(
            "check",
            "database.check",
            "Make sure that the schema is what this release needs",
            output=False,
            description="Exits with 1 where the schema is at another revision than this release needs, or where its "
            "tables were changed since.",
        ),
        command(
            "grants",
            "grants.grants",
            "Print the SQL of the database roles",
            Arg(("--schema",), help="Where the tables lie (default: where the connection finds them)"),
            Arg(("--role-prefix",), default="registry_", help="What the roles' names begin with (default: registry_)"),
            output=False,
            description="Prints the SQL, for PostgreSQL, that makes the roles reader, worker, approver and admin, and "
            "gives each what its kind of process needs. Nothing is run. Run it again after each db migrate.",
        ),
    ),
)
