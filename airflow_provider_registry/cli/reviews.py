"""`airflow model-registry reviews`: what is to be looked at again, and what people said."""

from __future__ import annotations

from argparse import Namespace

from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import Line, note, show, show_one
from airflow_provider_registry.cli.reading import moment, of_model
from airflow_provider_registry.registry import DueReview, Review


@command
def due(args: Namespace) -> None:
    """List what is due for a review, the longest overdue first."""
    before = None if args.before is None else moment(args.before)
    with connected(args) as registry:
        found = registry.reviews_due(before)
    show(args, found, _due_line, lambda each: each.as_mapping())
    if not found:
        note("Nothing is due for a review.")


@command
def list_reviews(args: Namespace) -> None:
    """List what people said of the versions that held an alias, oldest first."""
    with connected(args) as registry:
        show(args, registry.reviews(args.model, args.alias), _line)


@command
def record(args: Namespace) -> None:
    """Record a review, as user at host."""
    with connected(args) as registry:
        said = registry.record_review(
            args.model,
            args.alias,
            outcome=args.outcome,
            role=args.role,
            reason=args.reason,
            version=None if args.version is None else of_model(args.model, args.version),
            key=args.key,
        )
    show_one(args, said, _line)


def _due_line(each: DueReview) -> Line:
    return {
        "model_name": each.model_name,
        "alias": each.alias,
        "version": each.version,
        "due_at": each.due_at,
        "overdue": "OVERDUE" if each.overdue else "",
        "roles": each.roles,
        "said": each.review if each.answered else None,
        "since": each.since,
    }


def _line(each: Review) -> Line:
    return {
        "alias": each.alias,
        "version": each.version,
        "outcome": each.outcome,
        "role": each.role,
        "by": each.by,
        "at": each.at,
        "reason": each.reason,
    }
