"""`airflow model-registry versions diff`: two versions side by side."""

from __future__ import annotations

from argparse import Namespace

from airflow_provider_registry.cli import reading
from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import Line, counted, note, show
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry.versions.compare import Aspect, Compared, Value

_SHORT = 12
_DIGESTED = (Aspect.ARTIFACT, Aspect.ENVIRONMENT)


@command
def diff(args: Namespace) -> None:
    """Show what is different in two versions."""
    first, second, model = _named(args)
    with connected(args) as registry:
        found = registry.compare_versions(first, second, model_name=model)
    rows = found.rows if args.all else found.different
    left, right = (f"{version.model_name}/{version.version}" for version in (found.first, found.second))
    show(args, rows, lambda row: _line(row, left, right), Compared.as_mapping)
    if equal := len(found.rows) - len(rows):
        note(f"{counted(equal, 'row')} more, equal in both: --all shows them.")


def _named(args: Namespace) -> tuple[str, str, str | None]:
    """Both versions, and the model where references do not say it."""
    if args.second is not None:
        model = args.model
        return reading.of_model(model, args.first), reading.of_model(model, args.second), model
    if not args.model.startswith(reading.PREFIX) or not args.first.startswith(reading.PREFIX):
        raise InvalidInputError("Which two versions? Write a model and two of its versions, or two references.")
    return args.model, args.first, None


def _line(row: Compared, left: str, right: str) -> Line:
    # Two columns of one name would be one: a version beside itself.
    right = right if right != left else f"{right} again"
    return {
        "aspect": row.aspect,
        "name": row.name,
        left: _side(row, row.first),
        right: _side(row, row.second),
        "change": "" if row.change is None else f"{row.change:+.6g}",
    }


def _side(row: Compared, value: Value) -> Value:
    digest = row.aspect is Aspect.FILE or (row.aspect in _DIGESTED and row.name == "digest")
    return value[:_SHORT] if digest and isinstance(value, str) else value
