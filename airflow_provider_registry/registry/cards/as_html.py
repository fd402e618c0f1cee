"""A card as one HTML file: nothing is loaded from elsewhere, and no text of others is obeyed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

from airflow_provider_registry.messages import legible
from airflow_provider_registry.prose import rendered
from airflow_provider_registry.registry.cards.page import Block, Figure, Line, Page, Part, Table, Written

_CELL = 2_000
# What a page of ours needs, should anything of others' have got past the escapes.
_ALLOWED = "default-src 'none'; style-src 'unsafe-inline'"


def to_html(page: Page) -> str:
    """The page as an HTML document."""
    title = _said(page.title)
    subtitle = f'<p class="subtitle">{_said(page.subtitle)}</p>' if page.subtitle else ""
    parts = "\n".join(map(_part, (page.people, *page.parts)))
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_ALLOWED}">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
{_style()}</style>
</head>
<body>
<main>
<header>
<h1>{title}</h1>
{subtitle}
</header>
{parts}
<footer>{_said(page.foot)}</footer>
</main>
</body>
</html>
"""


def _part(part: Part) -> str:
    drawn: list[str] = []
    figures: list[str] = []
    for block in part.blocks:
        if isinstance(block, Figure):
            figures.append(_block(block))
            continue
        if figures:
            drawn.append(_figures(figures))
            figures = []
        drawn.append(_block(block))
    if figures:
        drawn.append(_figures(figures))
    return "\n".join(["<section>", f"<h2>{_said(part.title)}</h2>", *drawn, "</section>"])


def _figures(figures: Sequence[str]) -> str:
    return f'<div class="figures">{"".join(figures)}</div>'


def _block(block: Block) -> str:
    match block:
        case Line():
            return f"<p>{_said(block.text)}</p>"
        case Written():
            return f'<div class="written" dir="auto">\n{rendered(block.text, deeper=2)}</div>'
        case Figure():
            return f"<figure>{block.svg}<figcaption>{_said(block.caption)}</figcaption></figure>"
        case Table():
            table = _table(block)
            count = f"{len(block.rows):,} rows"
            return f"<details><summary>{count}</summary>\n{table}\n</details>" if block.folded else table


def _table(table: Table) -> str:
    if not table.heads:
        rows = "\n".join(f"<tr><th>{_said(name)}</th><td>{_said(value)}</td></tr>" for name, value in table.rows)
        return f'<div class="wide"><table class="facts">\n{rows}\n</table></div>'
    heads = "".join(f"<th>{_said(head)}</th>" for head in table.heads)
    rows = "\n".join(f"<tr>{''.join(map(_cell, table.heads, row))}</tr>" for row in table.rows)
    return f'<div class="wide"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table></div>'


def _cell(head: str, text: str) -> str:
    verdict = text if head in ("verdict", "outcome", "state", "decision") else ""
    kind = _KINDS.get(head) or _WORDS.get(verdict, "")
    return f'<td class="{kind}">{_said(text)}</td>' if kind else f"<td>{_said(text)}</td>"


_KINDS = {
    **dict.fromkeys(("value", "newest", "values", "rows"), "number"),
    **dict.fromkeys(("when", "from", "until"), "moment"),
    **dict.fromkeys(("digest", "where"), "long"),
    **dict.fromkeys(("how", "reason", "comment", "how it ended"), "words"),
}
_WORDS = {
    **dict.fromkeys(("passed", "promoted", "approved"), "good"),
    **dict.fromkeys(("failed", "errored", "did not pass", "rejected", "invalidated"), "bad"),
    "warned": "fair",
}


def _said(text: str) -> str:
    return escape(legible(text, _CELL))


@cache
def _style() -> str:
    return files(__package__).joinpath("card.css").read_text(encoding="utf-8")
