"""`airflow model-registry models`: registered models."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import Line, show, show_one
from airflow_provider_registry.cli.paging import gathered
from airflow_provider_registry.cli.reading import json_file
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry import RegisteredModel


@command
def list_models(args: Namespace) -> None:
    """List registered models."""
    with connected(args) as registry:
        models = gathered(
            args.limit,
            lambda size, token: registry.search_models(
                args.filter, order_by=args.order_by, page_size=size, page_token=token
            ),
        )
    show(args, models, _line)


@command
def show_model(args: Namespace) -> None:
    """Show one registered model."""
    with connected(args) as registry:
        show_one(args, registry.get_model(args.model), _details)


@command
def create(args: Namespace) -> None:
    """Create a registered model."""
    schema = None if args.metadata_schema is None else json_file(args.metadata_schema)
    with connected(args) as registry:
        model = registry.create_model(
            args.model, team=args.team, description=args.description or "", metadata_schema=schema
        )
    show_one(args, model, _details)


@command
def update(args: Namespace) -> None:
    """Change what is said of a registered model; an empty text takes it away."""
    given: dict[str, Any] = {"team": args.team, "description": args.description}
    changes = {name: value for name, value in given.items() if value is not None}
    if args.metadata_schema is not None:
        changes["metadata_schema"] = json_file(args.metadata_schema) if args.metadata_schema else None
    if not changes:
        raise InvalidInputError("Nothing to change: give --team, --description or --metadata-schema.")
    if changes.get("team") == "":
        changes["team"] = None
    with connected(args) as registry:
        show_one(args, registry.update_model(args.model, **changes), _details)


def _line(model: RegisteredModel) -> Line:
    return {
        "name": model.name,
        "team": model.team,
        "latest_version": model.latest_version,
        "aliases": model.aliases,
        "created_at": model.created_at,
    }


def _details(model: RegisteredModel) -> Line:
    return {
        "name": model.name,
        "team": model.team,
        "description": model.description,
        "latest_version": model.latest_version,
        "aliases": model.aliases,
        "protected": model.protected,
        "metadata_schema": model.metadata_schema and "yes: -o json shows it",
        "retention": model.retention,
        "created_at": model.created_at,
        "created_by": model.created_by,
    }
