"""How a check of the tables says that they contradict the record."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NoReturn

# Raises, with the place of the event that is contradicted and how.
Fail = Callable[[int, str], NoReturn]

# What whoever reads a value from an edited row may raise: broken JSON, an unknown word, a document of another form.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError)

# Equal to nothing that the record says.
BROKEN = object()


def parsed(text: str | bytes | None) -> Any:
    """The JSON of a column as the database keeps it; `BROKEN` where it is none."""
    try:
        return None if text is None else json.loads(text)
    except UNREADABLE:
        return BROKEN
