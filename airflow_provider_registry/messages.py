"""Values and texts as a message may quote them: in bounds, on one's own terminal, whoever wrote them.

This module imports nothing: a Dag file may import it at no cost.
"""

from __future__ import annotations

_SHOWN = 80
_LEFT_OUT = " […] "


def shown(value: object, longest: int = _SHOWN) -> str:
    """A value for a message, cut to a length that a log line bears; its type where it cannot say what it is.

    Parameters:
        longest: characters.
    """
    try:
        text = repr(value)
    except Exception:  # a number of more digits than Python spells, lists too deep, an object's own defect
        return f"some {type(value).__name__}"
    if len(text) > longest:
        text = f"{text[: longest - 1]}…"
    return text if text.isprintable() else "".join(one if one.isprintable() else _escape(one) for one in text)


def legible(text: str, longest: int) -> str:
    """A text as a terminal, a log and a page can bear it, whoever wrote what it quotes.

    Characters that move the cursor, hide, or turn the direction are written as escapes; a line may end.

    Parameters:
        longest: characters; of a longer text the middle is left out, since a message ends with what to do.
    """
    text = _cut(text, longest)
    if text.isprintable():
        return text
    return _cut("".join(one if one.isprintable() or one == "\n" else _escape(one) for one in text), longest)


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    end = longest // 3
    return text[: longest - end - len(_LEFT_OUT)] + _LEFT_OUT + text[-end:]


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
