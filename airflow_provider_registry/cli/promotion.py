"""`airflow model-registry promote`, `rollback` and `override`: moving an alias."""

from __future__ import annotations

from argparse import Namespace

from airflow_provider_registry.cli.aliases import act_of
from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import Line, show_one
from airflow_provider_registry.cli.reading import of_model
from airflow_provider_registry.registry import Assignment


@command
def promote(args: Namespace) -> None:
    """Point an alias at a version; a protected one moves through its policy."""
    with connected(args) as registry:
        done = registry.promote(
            args.model,
            of_model(args.model, args.version),
            args.alias,
            reason=args.reason,
            allow_older=args.allow_older,
            key=args.key,
        )
    show_one(args, done, _details)


@command
def rollback(args: Namespace) -> None:
    """Point an alias back at a version that held it before."""
    with connected(args) as registry:
        done = registry.rollback(args.model, args.alias, reason=args.reason, to=args.to, key=args.key)
    show_one(args, done, _details)


@command
def override(args: Namespace) -> None:
    """Point an alias at a version past its policy."""
    with connected(args) as registry:
        done = registry.override(
            args.model, of_model(args.model, args.version), args.alias, reason=args.reason, key=args.key
        )
    show_one(args, done, _details)


def _details(done: Assignment) -> Line:
    return {
        "reference": done.reference,
        "alias": done.alias,
        "instead_of": done.previous_version,
        "act": act_of(done),
        "since": done.from_at,
        "by": done.by,
        "reason": done.reason,
        "event": done.event,
        "digest": done.digest,
    }
