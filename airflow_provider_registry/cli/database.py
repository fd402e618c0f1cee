"""`airflow model-registry db`: the registry's schema."""

from __future__ import annotations

import sys
from argparse import Namespace

from airflow.cli.simple_table import AirflowConsole

from airflow_provider_registry.cli.command import CommandHook, command
from airflow_provider_registry.hooks.check import reach, shown
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.database.migrate import current_revision, newest_revision


@command
def migrate(args: Namespace) -> None:
    """Bring the schema up to what this release needs."""
    with _reached(args.conn_id) as registry:
        before = current_revision(registry.engine)
        registry.migrate()
        now, where = newest_revision(), shown(registry.engine.url)
    if before == now:
        sys.stdout.write(f"The registry's schema in {where} is at {now} already; nothing to do.\n")
    else:
        sys.stdout.write(f"The registry's schema in {where} went from {before or 'nothing'} to {now}.\n")


@command
def current(args: Namespace) -> None:
    """Show which revision the schema is at."""
    with _reached(args.conn_id) as registry:
        revision = current_revision(registry.engine)
    row = {
        "connection": args.conn_id,
        "database": shown(registry.engine.url),
        "revision": revision or "",
        "needed": newest_revision(),
        "up_to_date": revision == newest_revision(),
    }
    AirflowConsole().print_as(data=[row], output=args.output)


def _reached(conn_id: str) -> Registry:
    """The registry behind a connection, whose database answers: a person is waiting, so it is asked only once."""
    registry = CommandHook(conn_id).get_conn()
    reach(registry)
    return registry
