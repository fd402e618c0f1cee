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
    ),
)
