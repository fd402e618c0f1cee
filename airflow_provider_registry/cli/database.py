"""`airflow model-registry db`: the registry's schema."""

from __future__ import annotations

import sys
from argparse import Namespace

from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import show
from airflow_provider_registry.errors import SchemaError
from airflow_provider_registry.hooks.check import shown
from airflow_provider_registry.registry.database.check import schema_differences
from airflow_provider_registry.registry.database.migrate import (
    check_schema,
    current_revision,
    downgrade,
    newest_revision,
)


@command
def migrate(args: Namespace) -> None:
    """Bring the schema up to what this release needs."""
    with connected(args) as registry:
        before = current_revision(registry.engine)
        registry.migrate()
        now, where = newest_revision(), shown(registry.engine.url)
    if before == now:
        sys.stdout.write(f"The registry's schema in {where} is at {now} already; nothing to do.\n")
    else:
        sys.stdout.write(f"The registry's schema in {where} went from {before or 'nothing'} to {now}.\n")


@command
def downgrade_schema(args: Namespace) -> None:
    """Bring the schema back to an earlier revision."""
    with connected(args) as registry:
        where, before = shown(registry.engine.url), current_revision(registry.engine)
        if not args.yes and not _confirmed(where, args.to_revision):
            sys.stdout.write("Cancelled; nothing was changed.\n")
            return
        downgrade(registry.engine, args.to_revision)
        now = current_revision(registry.engine)
    sys.stdout.write(f"The registry's schema in {where} went from {before or 'nothing'} to {now or 'nothing'}.\n")


@command
def current(args: Namespace) -> None:
    """Show which revision the schema is at."""
    with connected(args) as registry:
        revision = current_revision(registry.engine)
    row = {
        "connection": args.conn_id,
        "database": shown(registry.engine.url),
        "revision": revision or "",
        "needed": newest_revision(),
        "up_to_date": revision == newest_revision(),
    }
    show(args, [row], dict)


@command
def check(args: Namespace) -> None:
    """Make sure that the schema is what this release needs; what differs is an error."""
    with connected(args) as registry:
        where = shown(registry.engine.url)
        check_schema(registry.engine)
        if found := schema_differences(registry.engine):
            raise SchemaError(
                f"The schema in {where} is at {newest_revision()}, but was changed since: {' '.join(found)}"
            )
    sys.stdout.write(f"The registry's schema in {where} is at {newest_revision()}, as this release needs it.\n")


def _confirmed(where: str, revision: str) -> bool:
    question = f"To go back to {revision} may remove data from {where}. Make a backup first. Go on? (y/n) "
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:  # nobody is there to ask
        return False
