"""LIKE and ILIKE, the same on both databases.

`%` stands for any text, `_` for one character; `\\%`, `\\_` and `\\\\` stand for themselves, and so does a backslash
before anything else. LIKE tells upper case from lower; ILIKE does not, for the letters A to Z: SQLite knows no other
letters' case, and PostgreSQL is held to the same by the collation C.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, collate, func

_PART = re.compile(r"\\([%_\\])|(%)|(_)|(.)", re.DOTALL)
_ASCII_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def like(column: ColumnElement[Any], pattern: str, dialect: str, *, fold: bool) -> ColumnElement[bool]:
    """Whether the column is like the pattern.

    Parameters:
        dialect: `postgresql` or `sqlite`.
        fold: regardless of the case of A to Z.
    """
    if fold:
        column = func.lower(column if dialect == "sqlite" else collate(column, "C"))
        pattern = pattern.translate(_ASCII_LOWER)
    if dialect == "sqlite":
        # SQLite's LIKE never tells a from A unless a PRAGMA of the whole connection says so; its GLOB always does.
        return column.op("GLOB", is_comparison=True)(_rendered(pattern, "*", "?", _glob_literal))
    return column.like(_rendered(pattern, "%", "_", _like_literal), escape="\\")


def _rendered(pattern: str, many: str, one: str, literal: Any) -> str:
    return _PART.sub(lambda part: many if part[2] else one if part[3] else literal(part[1] or part[4]), pattern)


def _glob_literal(character: str) -> str:
    return f"[{character}]" if character in "*?[" else character


def _like_literal(character: str) -> str:
    return f"\\{character}" if character in "%_\\" else character
