"""`airflow model-registry gc`: bytes that no version refers to."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from airflow_provider_registry.artifacts.progress import format_bytes
from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import Line, counted, note, plain_data, show
from airflow_provider_registry.cli.reading import duration


@command
def gc(args: Namespace) -> None:
    """Remove bytes that no version refers to and that nobody is writing."""
    grace = duration("--grace", args.grace)
    with connected(args) as registry:
        done = registry.gc(grace=grace, dry_run=args.dry_run)
    what = "would be removed" if done.dry_run else "removed"
    rows: list[dict[str, Any]] = [
        {**plain_data(artifact), "modified": artifact.modified, "outcome": outcome}
        for outcome, artifacts in ((what, done.artifacts), ("left: no model has this name", done.unknown))
        for artifact in artifacts
    ]
    show(args, rows, _line)
    note(f"{counted(len(done.artifacts), 'artifact')} {what}, {format_bytes(done.bytes)} in all.")


def _line(row: Mapping[str, Any]) -> Line:
    return {
        "model_name": row["model_name"],
        "digest": row["digest"][:12],
        "size": format_bytes(row["size"]),
        "modified": row["modified"],
        "outcome": row["outcome"],
    }
