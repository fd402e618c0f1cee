"""`airflow model-registry metrics`: what versions measured over time."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from airflow_provider_registry.cli import reading
from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import Line, note, show, show_one
from airflow_provider_registry.cli.paging import gathered
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry import MetricPoint
from airflow_provider_registry.registry.metrics.points import FIELDS
from airflow_provider_registry.registry.rows_from_files import read_rows


@command
def list_points(args: Namespace) -> None:
    """List the values of a version, oldest first."""
    named, model = reading.named_version(args.model, args.version)
    with connected(args) as registry:
        points = gathered(
            args.limit,
            lambda size, token: registry.metric_points(
                named,
                args.name,
                model_name=model,
                phase=args.phase,
                dataset=args.dataset,
                slice=args.slice,
                since=_moment(args.since),
                until=_moment(args.until),
                revision="all" if args.all_revisions else "newest",
                page_size=size,
                page_token=token,
            ),
        )
    show(args, points, _line, MetricPoint.as_mapping)


@command
def record(args: Namespace) -> None:
    """Record what a version measured."""
    named, model = reading.named_version(args.model, args.version)
    metrics = _given(args)
    with connected(args) as registry:
        recorded = registry.record_metrics(
            named,
            metrics,
            model_name=model,
            phase=args.phase,
            observed_at=_moment(args.observed_at),
            window=_window(args),
            dataset=args.dataset,
            slice=args.slice,
            revision=args.revision,
            key=args.key,
        )
    note(recorded.sentence())
    show_one(args, recorded.as_mapping(), lambda said: said)


def _given(args: Namespace) -> Mapping[str, Any] | Iterable[Mapping[str, Any]]:
    if bool(args.metric) == bool(args.file):
        raise InvalidInputError("Which metrics? Give -m NAME=VALUE, or --file FILE.")
    if args.metric:
        return reading.pairs("metric", args.metric)
    if args.file.lower().endswith((".csv", ".parquet")):
        return read_rows(args.file, fields=FIELDS)  # row by row, however many there are
    metrics: Mapping[str, Any] | Iterable[Mapping[str, Any]] = reading.json_file(args.file)
    return metrics


def _window(args: Namespace) -> tuple[datetime | None, datetime | None] | None:
    if args.window_from is None and args.window_to is None:
        return None
    return _moment(args.window_from), _moment(args.window_to)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else reading.moment(text)


def _line(point: MetricPoint) -> Line:
    return {
        "metric": point.name,
        "value": f"{point.value:g}",
        "from": point.window_from,
        "to": point.window_to,
        "phase": point.phase,
        "dataset": point.dataset,
        "slice": point.slice,
        "revision": point.revision,
    }
