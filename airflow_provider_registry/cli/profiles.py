"""`airflow model-registry profiles`: the data that versions were trained on and met."""

from __future__ import annotations

from argparse import Namespace

from airflow_provider_registry.cli import reading
from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import Line, show, show_one
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry import RecordedProfile, drift_between


@command
def list_profiles(args: Namespace) -> None:
    """List profiles of a version, newest first."""
    named, model = reading.named_version(args.model, args.version)
    asked = {"phase": args.phase, "dataset": args.dataset, "limit": args.limit}
    with connected(args) as registry:
        show(args, registry.profiles(named, **asked, model_name=model), _line)


@command
def record(args: Namespace) -> None:
    """Record a profile of a version."""
    if (args.since is None) != (args.until is None):
        raise InvalidInputError("Give both --since and --until, or none of them.")
    window = None if args.since is None else (reading.moment(args.since), reading.moment(args.until))
    named, model = reading.named_version(args.model, args.version)
    profile = reading.json_file(args.file)
    said = {"phase": args.phase, "dataset": args.dataset, "key": args.key}
    with connected(args) as registry:
        done = registry.record_profile(named, profile, **said, window=window, model_name=model)
    show_one(args, done, _line)


@command
def drift(args: Namespace) -> None:
    """Show how far a profile lies from the training's."""
    named, model = reading.named_version(args.model, args.version)
    with connected(args) as registry:
        trained = registry.profile(named, model_name=model)
        other = registry.profile(trained.as_mapping(), phase=args.phase, dataset=args.dataset)
    found = drift_between(trained.profile, other.profile)
    lines = [
        {"column": name, "psi": drift.psi, "jensen_shannon": drift.jensen_shannon} for name, drift in found.items()
    ]
    show(
        args, lines, lambda line: {key: cell if isinstance(cell, str) else f"{cell:.4f}" for key, cell in line.items()}
    )


def _line(one: RecordedProfile) -> Line:
    columns = one.profile.get("columns", {})
    return {
        "event": one.event,
        "created_at": one.created_at,
        "phase": one.phase,
        "dataset": one.dataset,
        "window_from": one.window_from,
        "window_to": one.window_to,
        "columns": ", ".join(columns) if columns else "(erased)",
        "by": one.by,
    }
