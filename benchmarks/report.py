"""The findings as Markdown tables, and on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from benchmarks.measure import Finding, Spread
from benchmarks.results import Result, Results

_HEADS = ("work", "where", "ours", "floor", "over the floor", "MLflow", "MLflow over ours", "bar", "reached")

_HOW = (
    "Medians, with quartiles. Ours is shown as it ran in turn with the floor, or alone where there is none. The ratio "
    "to {mlflow} is of pairs of calls: ours ran in turn with MLflow's, after half of which it finds the processor's "
    "caches full of other data."
)


def as_markdown(results: Results, about: Mapping[str, str]) -> str:
    """The machine of most works, and a section with a table for each work.

    Parameters:
        about: what each work does, in a sentence.
    """
    places = Counter(_place(result) for result in results.values())
    most = max(places, key=lambda place: places[place], default="")
    mlflows = sorted({result.mlflow for result in results.values()} - {""})
    parts = [
        most,
        _HOW.format(mlflow=" and ".join(mlflows) or "MLflow"),
        _noise([noise for result in results.values() for noise in result.machine.noise]),
    ]
    for name, result in results.items():
        parts += [f"### {name.replace('_', ' ').capitalize()}", about[name]]
        elsewhere = [] if (place := _place(result)) == most else [f"On another machine: {place}"]
        parts += [_table(result.findings), *elsewhere]
    return "\n\n".join(parts) + "\n"


def _table(findings: Sequence[Finding]) -> str:
    """A table of the columns that have something in them, with the notes below."""
    rows = [(found.work, *cells(found)) for found in findings]
    shown = [place for place in range(len(_HEADS)) if any(row[place] for row in rows)]
    lines = [[row[place] for place in shown] for row in (_HEADS, ["---"] * len(_HEADS), *rows)]
    notes = dict.fromkeys(found.note for found in findings if found.note)
    return "\n\n".join(["\n".join(f"| {' | '.join(line)} |" for line in lines), *notes])


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


def _place(result: Result) -> str:
    """Where a work ran."""
    machine = result.machine
    said = (
        f"{machine.cores} cores ({machine.processor}), {machine.memory / 2**30:.0f} GiB of memory, {machine.system}, "
        f"Python {machine.python}."
    )
    return said + "\n\n" + "\n".join(f"- {database}: {how}" for database, how in machine.durability.items())


def _noise(noises: Sequence[float]) -> str:
    return (
        f"The same plain loop, run before and after each work, took {min(noises):.2f}x to {max(noises):.2f}x as long "
        "at its third quartile as at its first."
    )
