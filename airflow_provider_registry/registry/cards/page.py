"""A card as a page: what it shows and in which order, whatever it is written in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from airflow_provider_registry.artifacts.progress import format_bytes
from airflow_provider_registry.registry.aliases.views import Assignment
from airflow_provider_registry.registry.cards.distributions import distributions
from airflow_provider_registry.registry.cards.front_matter import split
from airflow_provider_registry.registry.cards.material import Material
from airflow_provider_registry.registry.cards.plots import over_time, stays, trend
from airflow_provider_registry.registry.gates.exact import spelt
from airflow_provider_registry.registry.requests.views import PromotionRequest


@dataclass(frozen=True)
class Table:
    """Rows of text.

    Attributes:
        heads: of the columns; none for names and what they stand for.
        folded: long, and of interest to few.
    """

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    folded: bool = False


@dataclass(frozen=True)
class Figure:
    """A plot, as SVG of our own; and what it shows, in words."""

    svg: str
    caption: str


@dataclass(frozen=True)
class Written:
    """Markdown of people."""

    text: str


@dataclass(frozen=True)
class Line:
    """A sentence of ours, which may quote others."""

    text: str


Block = Table | Figure | Written | Line


@dataclass(frozen=True)
class Part:
    """A part of a card, under a title."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Page:
    """A card.

    Attributes:
        subtitle: one line.
        people: what people wrote, and who.
        parts: what the record says; none is empty.
        foot: as of when.
    """

    title: str
    subtitle: str
    people: Part
    parts: Sequence[Part]
    foot: str


def page_of(material: Material) -> Page:
    """The page of a version."""
    version, head = material.version, material.head
    parts = (
        Part("Version", [_identity(material)]),
        Part("Metrics", list(_metrics(material))),
        Part("In production", list(_over_time(material))),
        Part("Data", [_inputs(material)]),
        Part("Parameters", [Table(("parameter", "set to"), list(version.params.items()))]),
        Part("Gates", list(_gates(material))),
        Part("Checks", [_checks(material)]),
        Part("Aliases", list(_aliases(material))),
        Part("Requests and decisions", list(_requests(material))),
        Part("Environment", list(_environment(material))),
    )
    return Page(
        title=f"{version.model_name}, version {version.version}",
        subtitle=material.about.strip().partition("\n")[0],
        people=_people(material),
        parts=[Part(part.title, full) for part in parts if (full := [one for one in part.blocks if _is_full(one)])],
        foot=f"From the record of {head.model_name} up to its event {head.count}, {when(material.head_at)}, whose hash "
        f"is {head.hash}.",
    )


def when(at: datetime | None) -> str:
    """A time to the second, in UTC; nothing for none."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if at else ""


def counted(number: int, word: str) -> str:
    """A number of things in words: `1 file`, `3 files`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def narrowed(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A table without the columns in which nothing stands."""
    kept = [place for place in range(len(heads)) if any(row[place] for row in rows)]
    return Table([heads[place] for place in kept], [[row[place] for place in kept] for row in rows])


def _is_full(block: Block) -> bool:
    return not isinstance(block, Table) or bool(block.rows)


def _people(material: Material) -> Part:
    written = material.written
    if written is None:
        return Part("Written by people", [Line("Nobody has written anything of this version yet.")])
    by = f"Revision {written.revision}, by {written.by}, {when(written.created_at)}."
    metadata, body = split(written.text)
    said = Table((), [(name, _flat(value)) for name, value in metadata.items() if name != "model-index"])
    return Part("Written by people", [Line(by), *([said] if said.rows else []), Written(body)])


def _flat(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_flat, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_flat(item)}" for name, item in value.items())
    return "" if value is None else str(value)


def _identity(material: Material) -> Table:
    version, producer = material.version, material.version.producer
    made = producer.as_mapping() if producer else {}
    task = " / ".join(str(made[name]) for name in ("dag_id", "run_id", "task_id") if name in made)
    facts = {
        "reference": version.reference,
        "team": material.team,
        "aliases now": ", ".join(version.aliases),
        "description": version.description,
        "digest": version.digest,
        "size": f"{format_bytes(version.size)}, {counted(version.file_count, 'file')}",
        "where": version.uri,
        "registered": f"{when(version.created_at)}, by {version.created_by}",
        "producer": task,
        "data of the run": " to ".join(str(made[key]) for key in _INTERVAL if key in made),
        "code revision": version.code_revision or "",
        "training": f"{spelt(round(version.training_duration, 1))} s" if version.training_duration is not None else "",
        "supersedes": f"version {version.supersedes}" if version.supersedes else "",
        "archived": when(version.archived_at),
        **{f"metadata: {name}": _flat(value) for name, value in version.metadata.items()},
        **{f"tag: {name}": value for name, value in version.tags.items()},
    }
    return Table((), [(name, value) for name, value in facts.items() if value])


_INTERVAL = ("data_interval_start", "data_interval_end")


def _metrics(material: Material) -> Iterator[Block]:
    for name, values in material.trend.items():
        if len(values) > 1:
            yield trend_figure(name, values)
    rows = [
        (metric.name, spelt(metric.value), metric.phase.value, metric.dataset, metric.slice)
        for metric in material.version.metrics
    ]
    yield narrowed(("metric", "value", "phase", "dataset", "slice"), rows)


def trend_figure(name: str, values: Sequence[tuple[int, float]]) -> Figure:
    """How a metric went over the last versions."""
    said = ", ".join(f"{spelt(value)} in version {version}" for version, value in values)
    return Figure(trend(name, values), f"The metric {name}: {said}.")


def _over_time(material: Material) -> Iterator[Block]:
    rows = []
    for series in material.over_time:
        where = " ".join(part for part in (series.name, series.dataset, series.slice) if part)
        first, latest = series.spans[0], series.latest
        values = f"{counted(series.count, 'value')} from {when(first.window_from)} to {when(latest.window_to)}"
        if len(series.spans) > 1:
            yield Figure(over_time(where, series.spans), f"The metric {where} in production: {values}.")
        newest = spelt(latest.mean) + (f", mean of {latest.count}" if latest.count > 1 else "")
        place = (series.dataset, series.slice)
        rows.append((series.name, newest, when(latest.window_to), f"{series.count:,}", *place))
    yield narrowed(("metric", "newest", "until", "values", "dataset", "slice"), rows)


def _inputs(material: Material) -> Table:
    rows = [
        (one.name, one.uri, one.digest, "" if one.rows is None else f"{one.rows:,}") for one in material.version.inputs
    ]
    return narrowed(("dataset", "where", "digest", "rows"), rows)


def _gates(material: Material) -> Iterator[Block]:
    for report in material.reports:
        said = "passed" if report.passed else "did not pass"
        yield Line(f"For {report.alias}, {when(report.created_at)}: it {said}.")
        yield Table(("gate", "verdict", "reason"), report.table())


def _checks(material: Material) -> Table:
    said = {True: "passed", False: "did not pass"}
    rows = [(one.name, said[one.passed], when(one.created_at), one.by) for one in material.checks]
    return Table(("check", "outcome", "when", "by"), rows)


def _aliases(material: Material) -> Iterator[Block]:
    mine = [stay for stay in material.held if stay.version == material.version.version]
    names = {stay.alias for stay in mine}
    if mine:
        shown = [stay for stay in material.held if stay.alias in names]
        caption = f"Which version held {', '.join(sorted(names))} when."
        yield Figure(stays(shown, material.version.version, material.head_at), caption)
    yield narrowed(("alias", "from", "until", "how", "by", "reason"), [_stay(stay) for stay in mine])


def _stay(stay: Assignment) -> tuple[str, ...]:
    how = {"alias.promoted": "promoted", "alias.rolled_back": "rolled back", "alias.overridden": "past the policy"}
    until = when(stay.to_at) if stay.to_at else "now"
    if stay.review_due:  # a date, and not whether it is past: a card says the same whenever it is made
        until += f", to be looked at again by {when(stay.review_due)}"
    asked = f", by request {stay.request}" if stay.request else ""
    return stay.alias, when(stay.from_at), until, how.get(stay.act, stay.act) + asked, stay.by, stay.reason


def _requests(material: Material) -> Iterator[Block]:
    rows = [
        (
            str(one.request_id),
            one.alias,
            one.state.value,
            one.requested_by,
            when(one.requested_at),
            one.reason,
            one.ended_why,
        )
        for one in material.requests
    ]
    yield narrowed(("request", "alias", "state", "asked by", "when", "reason", "how it ended"), rows)
    yield narrowed(("request", "decision", "role", "by", "via", "when", "comment"), list(_decisions(material.requests)))


def _decisions(requests: Iterable[PromotionRequest]) -> Iterator[tuple[str, ...]]:
    verdicts = {"approve": "approved", "reject": "rejected"}
    for request in requests:
        for one in request.decisions:
            via = f"{one.via}, {'authenticated' if one.authenticated else 'claimed'}"
            verdict = verdicts[one.verdict] + ("" if one.counts else ", taken back")
            yield str(request.request_id), verdict, one.role, one.by, via, when(one.at), one.comment


def _environment(material: Material) -> Iterator[Block]:
    interpreter = material.environment.get("interpreter")
    if isinstance(interpreter, dict):
        yield Table((), [(str(name), _flat(value)) for name, value in interpreter.items()])
    yield Table(("distribution", "version"), distributions(material.environment), folded=True)
