"""`airflow model-registry versions`: model versions."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable

from airflow_provider_registry.artifacts.progress import format_bytes
from airflow_provider_registry.cli import reading
from airflow_provider_registry.cli.aliases import assignment_words
from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import Line, counted, plain_data, show, show_one, when
from airflow_provider_registry.cli.paging import gathered
from airflow_provider_registry.registry import Assignment, CardRevision, ModelVersion, RecordedCheck, Registry
from airflow_provider_registry.registry.versions.compare import metric_label


@command
def list_versions(args: Namespace) -> None:
    """List model versions, of one model or of all."""
    with connected(args) as registry:
        filter = _within(registry, args.model, args.filter)
        versions = gathered(
            args.limit,
            lambda size, token: registry.search_versions(
                filter, order_by=args.order_by, page_size=size, page_token=token
            ),
        )
    show(args, versions, _line)


@command
def show_version(args: Namespace) -> None:
    """Show one model version, its checks and card, and which aliases it held when: what an override let in is seen."""
    named, model = reading.named_version(args.model, args.version)
    with connected(args) as registry:
        version = registry.get_version(named, model_name=model)
        held = [each for each in registry.history(version.model_name) if each.version == version.version]
        newest = {each.name: each for each in reversed(registry.checks(None, version.as_mapping()))}
        card = next(iter(registry.card_revisions(version.as_mapping())), None)
    checks = [newest[name] for name in sorted(newest)]
    data = {**plain_data(version), "checks": checks, "card": card, "assignments": held}
    show_one(args, data, lambda _: {**_details(version), **_checks(checks), **_card(card), **_assignments(held)})


@command
def register(args: Namespace) -> None:
    """Register a file or folder as a new version."""
    with connected(args) as registry:
        version = registry.register_version(
            args.model,
            args.path,
            metrics=reading.metrics(args.metric, args.metrics_file),
            params=reading.pairs("param", args.param),
            inputs=reading.inputs(args.input),
            metadata=None if args.metadata is None else reading.json_file(args.metadata),
            tags=reading.pairs("tag", args.tag),
            description=args.description or "",
            card=None if args.card is None else reading.text_file(args.card),
            code_revision=args.code_revision,
            environment=args.environment,
            copy=args.copy,
            key=args.key,
        )
    show_one(args, version, _details)


@command
def download(args: Namespace) -> None:
    """Bring a version's artifact here, every file checked."""
    version, model = reading.named_version(args.model, args.version)
    with connected(args) as registry:
        # An alias may move meanwhile: what is downloaded is what is shown.
        found = registry.resolve(version, model_name=model)
        path = registry.download(found.reference, args.to, verify_signature=reading.identity(args.signed_by))
    show_one(args, {"path": str(path), "reference": found.reference, "digest": found.digest}, dict)


@command
def archive(args: Namespace) -> None:
    """Archive a version: it stays, but no alias may point at it."""
    version, model = reading.named_version(args.model, args.version)
    with connected(args) as registry:
        show_one(args, registry.archive_version(version, model_name=model, reason=args.reason), _details)


@command
def restore(args: Namespace) -> None:
    """Take a version back out of the archive."""
    version, model = reading.named_version(args.model, args.version)
    with connected(args) as registry:
        show_one(args, registry.restore_version(version, model_name=model, reason=args.reason), _details)


def _within(registry: Registry, model: str | None, filter: str) -> str:
    """The filter for one model's versions; a model that is not there is an error, and not an empty list."""
    if model is None:
        return filter
    mine = f"name = '{registry.get_model(model).name}'"
    return f"{mine} and ({filter})" if filter else mine


def _line(version: ModelVersion) -> Line:
    """What fits on a line: of the metrics, those of the whole validation data."""
    return {
        "model_name": version.model_name,
        "version": version.version,
        "aliases": _aliases(version),
        "metrics": {metric.name: metric.value for metric in version.metrics if metric_label(metric) == metric.name},
        "digest": version.digest[:12],
        "created_at": version.created_at,
        "created_by": version.created_by,
        "archived": "purged" if version.purged_at else "archived" if version.archived_at else "",
    }


def _aliases(version: ModelVersion) -> list[str]:
    """The aliases that point at it, with those marked that people should look at again."""
    return [f"{alias} (review overdue)" if alias in version.overdue else alias for alias in version.aliases]


def _checks(newest: Iterable[RecordedCheck]) -> Line:
    """The newest outcome of each check."""
    said = {True: "passed", False: "did not pass"}
    return {f"check {each.name}": f"{said[each.passed]}, {when(each.created_at)}, by {each.by}" for each in newest}


def _card(newest: CardRevision | None) -> Line:
    return {"card": f"revision {newest.revision}: {', '.join(newest.sections)}"} if newest else {}


def _assignments(held: Iterable[Assignment]) -> Line:
    return {f"{each.alias}, from {when(each.from_at)}": assignment_words(each) for each in held}


def _details(version: ModelVersion) -> Line:
    producer = version.producer.as_mapping() if version.producer else None
    return {
        "reference": version.reference,
        "aliases": _aliases(version),
        "description": version.description,
        "digest": version.digest,
        "uri": version.uri,
        "size": f"{format_bytes(version.size)} in {counted(version.file_count, 'file')}",
        "metrics": {metric_label(metric): metric.value for metric in version.metrics},
        "params": version.params,
        "inputs": [item.name for item in version.inputs],
        "metadata": version.metadata,
        "tags": version.tags,
        "producer": producer,
        "code_revision": version.code_revision,
        "supersedes": version.supersedes,
        "created_at": version.created_at,
        "created_by": version.created_by,
        "archived_at": version.archived_at,
        "purged_at": version.purged_at,
    }
