"""`airflow model-registry db grants`: the SQL of the database roles."""

from __future__ import annotations

import sys
from argparse import Namespace

from sqlalchemy import inspect

from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import note
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry.database.grants import role_script


@command
def grants(args: Namespace) -> None:
    """Print the SQL that makes the roles and says what each may do; nothing is run."""
    with connected(args) as registry:
        kind = registry.engine.dialect.name
        schema = args.schema or inspect(registry.engine).default_schema_name
    if kind != "postgresql":
        raise InvalidInputError(f"There are no roles in {kind}: whoever can write its file can write anything.")
    sys.stdout.write(role_script(schema or "public", args.role_prefix))
    note("Nothing was run: give this to psql, as a superuser or as an owner of the tables who may create roles.")
