"""A card as Markdown."""

from __future__ import annotations

from airflow_provider_registry.markdown import inline, plain, table
from airflow_provider_registry.registry.cards.page import Block, Figure, Line, Page, Part, Table, Written

_CELL = 2_000


def to_markdown(page: Page) -> str:
    """The page as a Markdown document.

    What people wrote comes last, as they wrote it: nothing in it can pass for something that the record says, or hide
    that.
    """
    parts = [f"# {inline(page.title)}", *([plain(page.subtitle)] if page.subtitle else [])]
    parts += [*map(_part, page.parts), "---", inline(page.foot, _CELL), _part(page.people)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _part(part: Part) -> str:
    return "\n\n".join([f"## {inline(part.title)}", *filter(None, map(_block, part.blocks))])


def _block(block: Block) -> str:
    match block:
        case Line():
            return inline(block.text, _CELL)
        case Written():
            return block.text.strip("\n")
        case Figure():
            return inline(block.caption, _CELL)
        case Table(folded=True):
            return f"{', '.join(' '.join(map(inline, row)) for row in block.rows)}."
        case Table():
            heads = block.heads or ("what", "value")
            return table(list(map(inline, heads)), [[inline(cell, _CELL) for cell in row] for row in block.rows])
