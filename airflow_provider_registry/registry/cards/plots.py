"""The plots of a card, as SVG that a page holds: no script, no font, nothing to be loaded.

Colours are the page's (`card.css`), so that they are right in light and in dark, and on paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from html import escape

from airflow_provider_registry.messages import legible
from airflow_provider_registry.registry.aliases.views import Assignment
from airflow_provider_registry.registry.gates.exact import spelt
from airflow_provider_registry.registry.metrics.views import MetricSpan

_WIDTH, _HEIGHT = 320, 132
_LEFT, _RIGHT, _TOP, _BOTTOM = 20, 20, 42, 26
_LONG, _ROW, _NAME = 640, 34, 110
_STAYS = 40


def trend(name: str, values: Sequence[tuple[int, float]]) -> str:
    """A metric over versions, the last of which is the card's: points on a line, between the least and the greatest.

    No bars: those must begin at zero, where 0.91 and 0.92 look alike.

    Parameters:
        values: number of the version and value, at least one.
    """
    least, greatest = min(value for _, value in values), max(value for _, value in values)
    points = [(_across(place, len(values)), _up(value, least, greatest)) for place, (_, value) in enumerate(values)]
    marks = [
        f'<circle class="{"mine" if place == len(values) - 1 else "other"}" cx="{x:.1f}" cy="{y:.1f}" r="4">'
        f"<title>{escape(f'version {version}: {spelt(value)}')}</title></circle>"
        for place, ((x, y), (version, value)) in enumerate(zip(points, values, strict=True))
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    said = [
        _text(_LEFT - 8, 16, name, "name"),
        _text(_WIDTH - _RIGHT + 8, 16, spelt(values[-1][1]), "value end"),
        _text(points[0][0], _HEIGHT - 6, f"v{values[0][0]}", "axis middle"),
        _text(points[-1][0], _HEIGHT - 6, f"v{values[-1][0]}", "axis middle"),
    ]
    drawn = f'<polyline class="line" points="{line}"/>{"".join(marks)}{"".join(said)}'
    return _svg(_WIDTH, _HEIGHT, f"{name} over versions", drawn)


def over_time(name: str, spans: Sequence[MetricSpan]) -> str:
    """A metric over time: the mean of each span on a line, over a band from its least value to its greatest.

    Parameters:
        spans: oldest first, at least one.
    """
    least, greatest = min(span.minimum for span in spans), max(span.maximum for span in spans)
    begin, end = spans[0].window_from, spans[-1].window_to
    width, length = _WIDTH - _LEFT - _RIGHT, max((end - begin).total_seconds(), 1e-6)
    middles = [(span.window_from - begin + (span.window_to - span.window_from) / 2).total_seconds() for span in spans]
    xs = [_LEFT + width * middle / length for middle in middles]

    def drawn(values: Iterable[float], xs: Sequence[float]) -> str:
        return " ".join(f"{x:.1f},{_up(y, least, greatest):.1f}" for x, y in zip(xs, values, strict=True))

    band = [drawn((span.maximum for span in spans), xs), drawn((span.minimum for span in reversed(spans)), xs[::-1])]
    line = drawn((span.mean for span in spans), xs)
    x, y = line.rpartition(" ")[2].split(",")
    parts = [
        f'<polygon class="band" points="{" ".join(band)}"/><polyline class="line mine" points="{line}"/>',
        f'<circle class="mine" cx="{x}" cy="{y}" r="3.5"/>',
        _text(_LEFT - 8, 16, name, "name"),
        _text(_WIDTH - _RIGHT + 8, 16, spelt(spans[-1].mean), "value end"),
        _text(_LEFT - 8, _HEIGHT - 6, f"{begin.astimezone(UTC):%Y-%m-%d}", "axis"),
        _text(_WIDTH - _RIGHT + 8, _HEIGHT - 6, f"{end.astimezone(UTC):%Y-%m-%d}", "axis end"),
    ]
    return _svg(_WIDTH, _HEIGHT, f"{name} in production", "".join(parts))


def stays(held: Sequence[Assignment], mine: int, until: datetime) -> str:
    """Which version held which alias when: a row for each alias, of which this version's stays stand out.

    Parameters:
        held: oldest first, at least one; of more than forty of an alias the last are shown.
        mine: number of the card's version.
        until: where what holds an alias now ends.
    """
    rows: dict[str, list[Assignment]] = {}
    for stay in held:
        rows.setdefault(stay.alias, []).append(stay)
    rows = {alias: rows[alias][-_STAYS:] for alias in sorted(rows)}
    begin = min(each[0].from_at for each in rows.values())
    span = max((until - begin).total_seconds(), 1e-6)

    def across(at: datetime) -> float:
        return _NAME + (_LONG - _NAME - 1) * (at - begin).total_seconds() / span

    height = _ROW * len(rows) + 24
    drawn = [
        part
        for place, (alias, each) in enumerate(rows.items())
        for part in _row(alias, [(across(one.from_at), across(one.to_at or until), one) for one in each], place, mine)
    ]
    drawn += [
        _text(_NAME, height - 6, _day(begin), "axis"),
        _text(_LONG - 1, height - 6, _day(until), "axis end"),
    ]
    return _svg(_LONG, height, "aliases over time", "".join(drawn))


def _row(alias: str, spans: Sequence[tuple[float, float, Assignment]], place: int, mine: int) -> Iterator[str]:
    top = place * _ROW + 4
    yield _text(0, top + 17, alias if len(alias) <= 14 else f"{alias[:13]}…", "name")
    for begin, end, stay in spans:
        kind = "mine" if stay.version == mine else "other"
        width = max(end - begin, 1.5)
        title = f"version {stay.version}: {_day(stay.from_at)} to {_day(stay.to_at) if stay.to_at else 'now'}"
        yield f'<rect class="{kind}" x="{begin:.1f}" y="{top}" width="{width:.1f}" height="24" rx="2">'
        yield f"<title>{escape(title)}</title></rect>"
        if width > 26:
            yield _text(begin + width / 2, top + 17, f"v{stay.version}", f"on {kind} middle")


def _across(place: int, count: int) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (place / (count - 1) if count > 1 else 0.5)


def _up(value: float, least: float, greatest: float) -> float:
    part = (value - least) / (greatest - least) if greatest > least else 0.5
    return _HEIGHT - _BOTTOM - 8 - (_HEIGHT - _TOP - _BOTTOM) * part


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(legible(text, 40))}</text>'


def _svg(width: int, height: int, title: str, drawn: str) -> str:
    label = escape(legible(title, 300), quote=True)
    long = " data-long" if width == _LONG else ""
    return f'<svg{long} viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{drawn}</svg>'


def _day(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
