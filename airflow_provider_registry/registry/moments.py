"""Moments and windows of time that callers give."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeAlias

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.registry.versions.rendered import read_rendered

Window: TypeAlias = tuple[datetime, datetime]
"""From when to when, the end exclusive; twice the same moment for no window but a moment."""

_FORM = "write ISO 8601 with a time zone, such as 2026-03-03T12:00:00+00:00"


def read_moment(what: str, given: object) -> datetime:
    """The moment that was given, in UTC.

    Parameters:
        what: is given, as the begin of a sentence.
        given: a datetime with its zone, or ISO 8601 text of one.

    Raises:
        InvalidInputError: it is no time, has no zone, or lies beyond the calendar.
    """
    try:
        at = datetime.fromisoformat(given.strip()) if isinstance(given, str) else given
    except ValueError:
        at = None
    if not isinstance(at, datetime):
        raise InvalidInputError(f"{what} is {shown(given)}, which is no time: {_FORM}.")
    if at.utcoffset() is None:
        raise InvalidInputError(f"{what} is {shown(given)}, which has no time zone: {_FORM}.")
    try:
        return at.astimezone(UTC)
    except OverflowError:  # the first and the last day of the calendar, in some zones
        raise InvalidInputError(f"{what} is {shown(given)}, which lies beyond the calendar in UTC: {_FORM}.") from None


def read_window(given: object) -> Window:
    """The window that was given, in UTC.

    Parameters:
        given: its two ends, `(start, end)`; a mapping of `from` and `to`; or the text of either, as a template renders
            it. The end is exclusive.

    Raises:
        InvalidInputError: it is none, or does not end after it begins.
    """
    ends: object = None
    with suppress(InvalidInputError):  # a text that spells nothing is no window, as the next message says
        ends = read_rendered("ends of the window", given)
    if isinstance(ends, Mapping) and set(ends) == {"from", "to"}:
        ends = (ends["from"], ends["to"])
    if not isinstance(ends, list | tuple) or len(ends) != 2:
        raise InvalidInputError(f"The window is {shown(given)}: give when it begins and when it ends, (start, end).")
    begin, end = read_moment("The begin of the window", ends[0]), read_moment("The end of the window", ends[1])
    if begin >= end:
        raise InvalidInputError(
            f"The window from {begin.isoformat()} to {end.isoformat()} does not end after it begins: its end is "
            "exclusive."
        )
    return begin, end
