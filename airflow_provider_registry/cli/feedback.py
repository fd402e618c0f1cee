"""`airflow model-registry feedback`: what was said of versions in use."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from airflow_provider_registry.cli import reading
from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import Line, counted, note, show, show_one
from airflow_provider_registry.cli.paging import gathered
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry import Feedback, FeedbackSummary, RecordedFeedback, Registry
from airflow_provider_registry.registry.feedback.said import FIELDS
from airflow_provider_registry.registry.rows_from_files import read_rows


@command
def list_feedback(args: Namespace) -> None:
    """List feedback on a version, newest first."""
    named, model = reading.named_version(args.model, args.version)
    asked = {"kind": args.kind, "subject": args.subject, **_times(args), "model_name": model}
    with connected(args) as registry:
        found = gathered(
            args.limit, lambda size, token: registry.feedback(named, **asked, page_size=size, page_token=token)
        )
    show(args, found, _line)


@command
def summary(args: Namespace) -> None:
    """Show feedback in numbers, by version and time."""
    named, model = _scope(args)
    with connected(args) as registry:
        found = registry.feedback_summary(named, model_name=model, every=args.every, **_times(args))
    show(args, found, _summary)


@command
def record(args: Namespace) -> None:
    """Record feedback: one piece, or the rows of a file."""
    if (args.file is None) == (args.value is None):
        raise InvalidInputError("Which feedback? Give one of --value and --file, and not two.")
    with connected(args) as registry:
        done = _record_one(registry, args) if args.file is None else _record_file(registry, args)
    show_one(args, done, _recorded)


@command
def erase(args: Namespace) -> None:
    """Erase subject, source and text of feedback, for good."""
    named, model = _scope(args)
    which = {"subject": args.subject, "source": args.source}
    with connected(args) as registry:
        erased = registry.erase_feedback(named, args.feedback_id, **which, reason=args.reason, model_name=model)
    show_one(args, {"erased": erased}, dict)
    note(f"{counted(erased, 'row')} of feedback erased.")


def _record_one(registry: Registry, args: Namespace) -> RecordedFeedback:
    named, model = reading.named_version(args.model, args.version)
    said = {name: getattr(args, name) for name in ("kind", "value", "subject", "source", "key")}
    at = None if args.at is None else reading.moment(args.at)
    return registry.record_feedback(named, **said, at=at, model_name=model)


def _record_file(registry: Registry, args: Namespace) -> RecordedFeedback:
    if alone := [f"--{name}" for name in ("subject", "at") if getattr(args, name) is not None]:
        raise InvalidInputError(f"{' and '.join(alone)} go with --value: of a file, a column says it.")
    named, model = reading.named_version(args.model, args.version)
    rows = read_rows(args.file, fields=FIELDS, columns=reading.pairs("column", args.column))
    said = {name: getattr(args, name) for name in ("kind", "source", "key")}
    return registry.record_feedback_batch(named, rows, **said, model_name=model)


def _scope(args: Namespace) -> tuple[str, str | None]:
    """The version, or the model with all of its versions."""
    if args.version is None and not args.model.startswith(reading.PREFIX):
        return args.model, None
    return reading.named_version(args.model, args.version)


def _times(args: Namespace) -> dict[str, Any]:
    given = {"since": args.since, "until": args.until}
    return {name: None if text is None else reading.moment(text) for name, text in given.items()}


def _line(one: Feedback) -> Line:
    return {
        "id": one.id,
        "at": one.at,
        "kind": one.kind,
        "value": "(erased)" if one.erased and one.value is None else one.value,
        "subject": one.subject,
        "source": one.source,
    }


def _summary(one: FeedbackSummary) -> Line:
    return {
        "model_name": one.model_name,
        "version": one.version,
        "from_at": one.from_at,
        "rows": one.rows,
        "ratings": one.counts.get("rating", 0),
        "mean": None if one.mean is None else f"{one.mean:.4g}",
        "lowest": one.lowest,
        "highest": one.highest,
        "flags": one.flags,
        "corrections": one.counts.get("correction", 0),
        "comments": one.counts.get("comment", 0),
    }


def _recorded(done: RecordedFeedback) -> Line:
    return {"version": done.reference, "rows": done.rows, "kinds": done.counts, "events": done.events}
