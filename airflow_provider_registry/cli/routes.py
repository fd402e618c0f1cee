"""`airflow model-registry routes`: challengers beside the holder of an alias."""

from __future__ import annotations

from argparse import Namespace

from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import Line, note, show, show_one
from airflow_provider_registry.cli.reading import of_model
from airflow_provider_registry.registry import Route


@command
def list_routes(args: Namespace) -> None:
    """List the challengers of a model and what each gets."""
    with connected(args) as registry:
        read = registry.route_history if args.ended else registry.routes
        show(args, read(args.model, args.alias), _line)


@command
def set_route(args: Namespace) -> None:
    """Give a version a share of an alias's traffic, or a copy of it."""
    with connected(args) as registry:
        route = registry.route(
            args.model,
            of_model(args.model, args.version),
            args.alias,
            traffic=args.traffic,
            shadow=args.shadow,
            reason=args.reason,
            allow_older=args.allow_older,
            key=args.key,
        )
    show_one(args, route, lambda one: {**_line(one), "event": one.event, "digest": one.digest})


@command
def end_route(args: Namespace) -> None:
    """Give what a challenger had back to the holder."""
    with connected(args) as registry:
        registry.end_route(args.model, of_model(args.model, args.version), args.alias, reason=args.reason, key=args.key)
    note(f"Version {args.version} of {args.model} has no route to {args.alias} any more.")


@command
def resolve(args: Namespace) -> None:
    """Show which version answers which key."""
    with connected(args) as registry:
        answers = [(key, registry.resolve(f"models:/{args.model}@{args.alias}", key=key)) for key in args.keys]
    rows = [
        {"key": key, "version": found.version, "answered_by": found.answered_by, "reference": found.reference}
        for key, found in answers
    ]
    show(args, rows, dict)


def _line(route: Route) -> Line:
    return {
        "alias": route.alias,
        "version": route.version,
        "kind": route.kind,
        "percent": route.traffic,
        "from": route.from_at,
        "to": route.to_at or "now",
        "by": route.by,
        "reason": route.reason,
    }
