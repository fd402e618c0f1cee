"""`airflow model-registry apply`: policy files become what aliases ask; and `policy schema`, what such files hold."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import Line, clean, note, plain_data, show
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry.policy_files.plan import Plan, apply_plan, make_plan
from airflow_provider_registry.registry.policy_files.read import read_policy_files
from airflow_provider_registry.registry.policy_files.schema import policy_file_schema
from airflow_provider_registry.registry.policy_files.steps import Step, StepKind

if TYPE_CHECKING:
    from rich.console import Console

PENDING = 2
"""The exit code of a dry run that found something to change."""

_STDIN = "-"
_STYLES = {"+": "green", "-": "red", "@": "cyan"}


@command
def apply(args: Namespace) -> None:
    """Bring the registry to what policy files say."""
    models = read_policy_files(_contents(args.file))
    with connected(args) as registry:
        plan = make_plan(registry, models, prune=args.prune)
        for_people = args.output == "table"
        if for_people:
            _print_plan(plan)
        if not args.dry_run:
            apply_plan(registry, plan, reason=args.reason, done=_say_done if for_people else _say_nothing)
    if not for_people:
        show(args, plan.steps, lambda step: _line(step, args), lambda step: _data(step, args))
    _say_the_rest(plan, dry_run=args.dry_run)
    if args.dry_run and plan.steps:
        sys.stdout.flush()
        raise SystemExit(PENDING)


@command
def schema(args: Namespace) -> None:
    """Print the JSON Schema of policy files, for editors."""
    sys.stdout.write(f"{json.dumps(policy_file_schema(), indent=2)}\n")


def _contents(paths: Iterable[str] | None) -> list[tuple[str, bytes]]:
    """Each file's name and bytes; `-` is standard input."""
    paths = list(paths or ())
    if not paths:
        raise InvalidInputError("Which policy files? Give -f policies.yaml, or -f - for standard input.")
    if paths.count(_STDIN) > 1:
        raise InvalidInputError("Standard input (-f -) can be read only once.")
    return [("<stdin>", sys.stdin.buffer.read()) if path == _STDIN else (path, _read(Path(path))) for path in paths]


def _read(path: Path) -> bytes:
    if path.is_dir():
        raise InvalidInputError(f"{path} is a folder: name the files in it, as in -f {path}/*.yaml.")
    return path.read_bytes()


def _print_plan(plan: Plan) -> None:
    console = _console()
    for step in plan.steps:
        loud = step.kind is StepKind.REMOVE_POLICY
        _print(console, f"{step.title[0].upper()}{step.title[1:]}", "bold red" if loud else "bold")
        for line in step.diff:
            _print(console, f"  {line}", _STYLES.get(line[:1]))
        _print(console, "")
    _print(console, plan.sentence())


def _say_done(step: Step) -> None:
    _print(_console(), f"Done: {step.title}.")


def _say_nothing(step: Step) -> None:
    """What was done is in the rows."""


def _say_the_rest(plan: Plan, *, dry_run: bool) -> None:
    """What nobody may overlook, on stderr."""
    would = "would be" if dry_run else "is"
    for step in plan.steps:
        if step.kind is StepKind.REMOVE_POLICY:
            note(
                f"WARNING: {step.alias} of {step.model_name} {would} without a policy, and LOCKED: nothing is promoted "
                "or rolled back to it until it gets another policy."
            )
    for model, alias in plan.not_in_files:
        note(f"Left as it is: the policy of {alias} of {model} is in no file. --prune would remove it, and lock it.")


def _line(step: Step, args: Namespace) -> Line:
    data = _data(step, args)
    return {name: data[name] for name in ("step", "model_name", "alias", "applied")}


def _data(step: Step, args: Namespace) -> Line:
    return {**plain_data(step.as_mapping()), "applied": not args.dry_run}


def _console() -> Console:
    from rich.console import Console

    return Console(file=sys.stdout, markup=False, emoji=False, highlight=False, soft_wrap=True)


def _print(console: Console, text: str, style: str | None = None) -> None:
    console.print(clean(text), style=style)
