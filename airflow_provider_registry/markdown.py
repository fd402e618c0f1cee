"""Markdown of text that others wrote: shown as it is, never obeyed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

# Whatever begins markup, a link with a text of its own, HTML, or the next cell of a table. A bare address may still be
# shown as a link, to nowhere else than it says.
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:@$=^\"'])")
# What of that begins something in the middle of a line.
_INLINE = re.compile(r"([\\`*_\[\]<>#|~!&$^])")
_SPACE = re.compile(r"\s+")

# Characters that show nothing, and may turn around or hide what stands beside them.
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def plain(text: object, limit: int = 500) -> str:
    """A text on one line, which Markdown shows letter by letter.

    Parameters:
        limit: characters, after which it is cut.
    """
    return _escaped(_SPECIAL, text, limit)


def inline(text: object, limit: int = 500) -> str:
    """The same within a line or a cell, where most characters begin nothing: it can be read as it is, too."""
    return _escaped(_INLINE, text, limit)


def _escaped(special: re.Pattern[str], text: object, limit: int) -> str:
    # Cut first: what nobody sees need not be looked at, letter by letter. White space and escapes come after.
    given = str(text)
    seen = "".join(" " if char.isspace() else char for char in given[: 4 * limit] if _is_seen(char))
    line = _SPACE.sub(" ", seen).strip()
    cut = line[:limit]
    return special.sub(r"\\\1", cut) + ("…" if len(line) > limit or len(given) > 4 * limit else "")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already; empty where there are no rows."""
    lines = [_row(cells) for cells in rows]
    return "\n".join([_row(heads), _row(["---"] * len(heads)), *lines]) if lines else ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _is_seen(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in _UNSEEN
