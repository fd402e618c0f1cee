"""Times and windows as callers give them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeAlias

from airflow_provider_registry.errors import InvalidMetricError
from airflow_provider_registry.messages import shown

Window: TypeAlias = tuple[datetime, datetime]
"""From when to when, the end exclusive; twice the same moment for no window but a moment."""


def is_nothing(given: object) -> bool:
    """Whether a cell of a file, or a keyword, was left empty."""
    return given is None or given == ""


def read_moment(kind: str, given: object) -> datetime:
    """A time in UTC, given as one with its zone, or as ISO 8601 text that says its zone.

    Parameters:
        kind: what it is, for the message.

    Raises:
        InvalidMetricError: it is none, or has no zone.
    """
    with suppress(ValueError, OverflowError):  # the first and the last day of the calendar, in some zones
        at = datetime.fromisoformat(given) if isinstance(given, str) else given
        if isinstance(at, datetime) and at.utcoffset() is not None:
            return at.astimezone(UTC)
    raise InvalidMetricError(f"{kind} is {shown(given)}: give a time with its zone, such as 2026-03-03T12:00:00+00:00.")


def read_window(given: object) -> Window:
    """A window, given as its two ends: `(start, end)`, or a mapping of `from` and `to`.

    Raises:
        InvalidMetricError: it is none, or does not end after it begins.
    """
    if isinstance(given, Mapping) and set(given) == {"from", "to"}:
        given = (given["from"], given["to"])
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise InvalidMetricError(f"The window is {shown(given)}: give when it begins and when it ends, (start, end).")
    begin, end = read_moment("The begin of the window", given[0]), read_moment("The end of the window", given[1])
    if begin >= end:
        raise InvalidMetricError(
            f"The window from {begin.isoformat()} to {end.isoformat()} does not end after it begins: its end is "
            "exclusive. Give observed_at alone for what was measured at a moment."
        )
    return begin, end
