"""Moments that callers give."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown

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
