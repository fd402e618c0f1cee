"""`airflow model-registry record export`: the record as JSON lines, for those who verify it elsewhere."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.files import opened
from airflow_provider_registry.cli.output import counted, note
from airflow_provider_registry.cli.record import model_names


@command
def export(args: Namespace) -> None:
    """Write the record of a model, or of all models, as JSON lines."""
    with connected(args) as registry, opened(args.file) as file:
        names = [args.model] if args.model is not None else list(model_names(registry))
        total = sum(registry.record_head(name).count for name in names)
        written = 0
        with _bar(total, shown=not file.isatty()) as advance:
            for name in names:
                for event in registry.export_record(name):
                    file.write(f"{json.dumps(event.as_mapping(private=not args.without_private))}\n")
                    written += 1
                    advance()
    note(f"Exported {counted(written, 'event')} of {counted(len(names), 'model')}.")


@contextmanager
def _bar(total: int, *, shown: bool) -> Iterator[Callable[[], None]]:
    """A bar on stderr, where that is a terminal and the lines do not go there too."""
    if not shown or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich import progress
    from rich.console import Console

    columns = (progress.TextColumn("Exporting"), progress.BarColumn(), progress.MofNCompleteColumn())
    with progress.Progress(*columns, progress.TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("Exporting", total=total)
        yield lambda: bar.advance(task)
