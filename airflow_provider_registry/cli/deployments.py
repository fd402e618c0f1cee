"""`airflow model-registry deployments`: which version a target should run, and which it does."""

from __future__ import annotations

from argparse import Namespace

from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import Line, show, show_one
from airflow_provider_registry.cli.reading import of_model
from airflow_provider_registry.registry import Deployment


@command
def list_deployments(args: Namespace) -> None:
    """List how targets stand now."""
    with connected(args) as registry:
        where = {"environment": args.environment, "target": args.target}
        show(args, registry.deployments(args.model, **where, live=args.live), _line)


@command
def record(args: Namespace) -> None:
    """Record how a target stands with a version."""
    with connected(args) as registry:
        recorded = registry.record_deployment(
            of_model(args.model, args.version),
            args.environment,
            args.target,
            desired=args.desired,
            actual=args.actual,
            url=args.url,
            model_name=args.model,
            reason=args.reason,
            key=args.key,
        )
    show_one(args, recorded, _details)


@command
def history(args: Namespace) -> None:
    """Show how the targets of a model stood, oldest first."""
    with connected(args) as registry:
        found = registry.deployment_history(args.model, environment=args.environment, target=args.target)
    show(args, found, lambda one: {**_line(one), "to": one.to_at or "now", "by": one.by, "reason": one.reason})


def _line(one: Deployment) -> Line:
    return {
        "model_name": one.model_name,
        "environment": one.environment,
        "target": one.target,
        "desired": _half(one.desired, one.desired_version),
        "actual": _half(one.actual, one.actual_version),
        "url": one.url,
        "from": one.from_at,
    }


def _details(one: Deployment) -> Line:
    return {**_line(one), "is_met": one.is_met, "by": one.by, "reason": one.reason, "event": one.event}


def _half(state: str | None, version: int | None) -> str | None:
    """What a target should do or does, as `running 8`."""
    return None if state is None else f"{state} {version}"
