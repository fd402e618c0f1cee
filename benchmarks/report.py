"""The findings as a Markdown table, as JSON, and on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from benchmarks.machine import Machine
from benchmarks.measure import Finding, Spread

_HEADS = ("work", "where", "ours", "floor", "over the floor", "MLflow", "MLflow over ours", "bar", "reached")


def as_json(machine: Machine, mlflow: str, findings: Iterable[Finding]) -> str:
    """Everything that was measured."""
    lines = [{**asdict(found), "reached": found.reached} for found in findings]
    return json.dumps({"machine": asdict(machine), "mlflow": mlflow, "findings": lines}, indent=2) + "\n"


def as_markdown(machine: Machine, mlflow: str, findings: Sequence[Finding]) -> str:
    """The table with its machine above it and its notes below."""
    notes = list(dict.fromkeys(found.note for found in findings if found.note))
    rows = [_HEADS, tuple("---" for _ in _HEADS)]
    for found in findings:
        mark = f" [{notes.index(found.note) + 1}]" if found.note else ""
        rows.append((found.work + mark, *cells(found)))
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    remarks = "\n".join(f"{number}. {note}" for number, note in enumerate(notes, 1))
    return f"{_machine(machine, mlflow)}\n\n{table}\n\n{remarks}".rstrip() + "\n"


def cells(found: Finding) -> tuple[str, ...]:
    """What a table shows of a finding beside its work."""
    reached = {None: "", True: "yes", False: "**no**"}[found.reached]
    return (
        found.setting,
        amount(found.ours, found.unit),
        amount(found.floor, found.unit),
        times(found.over_floor),
        amount(found.mlflow, found.unit),
        times(found.under_mlflow),
        bar(found),
        reached,
    )


def sentence(found: Finding) -> str:
    """A finding in one line."""
    _, ours, floor, over, mlflow, under, wanted, reached = cells(found)
    parts = [ours, floor and f"{over} the floor of {floor}", mlflow and f"MLflow {mlflow}, {under}"]
    verdict = {"yes": "reached", "**no**": "MISSED"}.get(reached)
    return "; ".join(part for part in [*parts, wanted and f"bar {wanted}: {verdict or 'not measured'}"] if part)


def bar(found: Finding) -> str:
    """What was to be reached, in words."""
    given, unit = found.bar, found.unit
    parts = [
        f"{given.over_floor:g}x the floor" if given.over_floor is not None else "",
        f"{given.under_mlflow:g}x MLflow" if given.under_mlflow is not None else "",
        f"at most {_one(given.at_most, unit)}" if given.at_most is not None else "",
        f"at least {_one(given.at_least, unit)}" if given.at_least is not None else "",
    ]
    return ", ".join(part for part in parts if part)


def amount(spread: Spread | None, unit: str) -> str:
    """A median with its quartiles, where there are any."""
    if spread is None:
        return ""
    if spread.low == spread.high:
        return _one(spread.median, unit)
    return f"{_one(spread.median, unit)} ({_one(spread.low, unit)} to {_one(spread.high, unit)})"


def times(spread: Spread | None) -> str:
    """A ratio with its quartiles."""
    if spread is None:
        return ""
    return f"{spread.median:.3g}x ({spread.low:.3g} to {spread.high:.3g})"


def _one(value: float, unit: str) -> str:
    if unit != "s":
        return f"{value:,.4g} {unit}".rstrip() if abs(value) < 10_000 else f"{value:,.0f} {unit}".rstrip()
    for name, size in (("s", 1.0), ("ms", 1e-3)):
        if value >= size:
            return f"{value / size:.3g} {name}"
    return f"{value / 1e-6:.3g} µs"


def _machine(machine: Machine, mlflow: str) -> str:
    durable = "\n".join(f"- {database}: {said}" for database, said in machine.durability.items())
    before, after = machine.noise
    return (
        f"{machine.cores} cores, {machine.system}, Python {machine.python}, {mlflow}. The same plain loop took "
        f"{before:.2f}x as long at its third quartile as at its first before the run, and {after:.2f}x after it. "
        f"Medians, with quartiles.\n\n{durable}"
    )
