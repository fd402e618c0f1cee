"""`airflow model-registry gc`: what retention no longer keeps, and bytes that no version refers to."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from airflow_provider_registry.artifacts.progress import format_bytes
from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import Line, counted, note, show
from airflow_provider_registry.cli.reading import duration
from airflow_provider_registry.registry import Collected, Fate, RetentionReport


@command
def gc(args: Namespace) -> None:
    """Apply retention, and remove bytes that no version refers to and that nobody is writing."""
    grace = duration("--grace", args.grace)
    with connected(args) as registry:
        retained = registry.apply_retention(dry_run=args.dry_run)
        done = registry.gc(grace=grace, dry_run=args.dry_run)
    show(args, [*_versions(retained), *_artifacts(done)], _line)
    if retained.models:
        note(retained.sentence())
    what = "would be removed" if done.dry_run else "removed"
    note(f"{counted(len(done.artifacts), 'artifact')} {what}, {format_bytes(done.bytes)} in all.")


def _versions(report: RetentionReport) -> Iterator[dict[str, Any]]:
    """What became of versions; in a dry run also why the others are kept."""
    would = "would be " if report.dry_run else ""
    for model in report.models:
        for each in model.versions:
            if each.fate is not Fate.KEPT or report.dry_run:
                outcome = f"kept: {each.why}" if each.fate is Fate.KEPT else f"{would}{each.fate.value}"
                own = {"model_name": model.model_name, "version": each.version, "digest": each.digest}
                yield {**own, "size": each.size, "modified": None, "complete": None, "outcome": outcome}


def _artifacts(done: Collected) -> Iterator[dict[str, Any]]:
    what = "would be removed" if done.dry_run else "removed"
    for outcome, artifacts in ((what, done.artifacts), ("left: no model has this name", done.unknown)):
        for artifact in artifacts:
            own = {"model_name": artifact.model_name, "version": None, "digest": artifact.digest}
            about = {"size": artifact.size, "modified": artifact.modified, "complete": artifact.complete}
            yield {**own, **about, "outcome": outcome}


def _line(row: Mapping[str, Any]) -> Line:
    return {
        "model_name": row["model_name"],
        "version": row["version"],
        "digest": row["digest"][:12],
        "size": format_bytes(row["size"]),
        "modified": row["modified"],
        "outcome": row["outcome"],
    }
