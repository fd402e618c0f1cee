"""Numbers, flags and moments that callers give: how many, from where on, how long, whether, and when."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown

# The largest number that both databases hold in a column.
LARGEST = 2**63 - 1
# Seconds; more than anybody waits.
_LONGEST = 1_000_000


def check_whole(parameter: str, given: object, most: int = LARGEST) -> int:
    """Refuse what is no whole number from 1 on; True and the text '5' are none.

    Parameters:
        parameter: its name, for the message.
        most: the largest that is taken.

    Raises:
        InvalidInputError: naming the parameter and its bounds.
    """
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= most:
        bounds = "from 1 on" if most == LARGEST else f"from 1 to {most:,}"
        raise InvalidInputError(f"{parameter} is {shown(given, 60)}: give a whole number {bounds}.")
    return given


def check_seconds(parameter: str, given: object, most: float = _LONGEST) -> float:
    """Refuse what is no number of seconds above 0.

    Parameters:
        parameter: its name, for the message.
        most: the largest that is taken.

    Raises:
        InvalidInputError: naming the parameter and its bounds.
    """
    if not isinstance(given, int | float) or isinstance(given, bool) or not 0 < given <= most:
        raise InvalidInputError(f"{parameter} is {shown(given, 60)}: give seconds, above 0 and up to {most:,.0f}.")
    return float(given)


def check_age(parameter: str, given: object) -> float:
    """Refuse what is no number of seconds from 0 on.

    Parameters:
        parameter: its name, for the message.

    Raises:
        InvalidInputError: naming the parameter.
    """
    if not isinstance(given, int | float) or isinstance(given, bool) or not 0 <= given <= _LONGEST:
        raise InvalidInputError(f"{parameter} is {shown(given, 60)}: give seconds, from 0 up to {_LONGEST:,}.")
    return given


def check_flag(parameter: str, given: object) -> bool:
    """Refuse what is neither True nor False: the text 'False' would count as True.

    Parameters:
        parameter: its name, for the message.

    Raises:
        InvalidInputError: naming the parameter.
    """
    if not isinstance(given, bool):
        raise InvalidInputError(f"{parameter} is {shown(given, 60)}: give True or False.")
    return given


def check_moment(given: object) -> datetime:
    """A moment, in UTC.

    Raises:
        InvalidInputError: it is none, has no time zone, or lies outside the calendar.
    """
    example = "write datetime(2026, 3, 3, 12, 0, tzinfo=UTC)"
    if not isinstance(given, datetime):
        raise InvalidInputError(f"{shown(given, 60)} is not a moment, with a time of day and a time zone: {example}.")
    if given.utcoffset() is None:
        raise InvalidInputError(f"{given} has no time zone: {example}.")
    try:
        return given.astimezone(UTC)
    except OverflowError:  # the first and the last day of the calendar, in some zones
        raise InvalidInputError(f"{given} lies outside the calendar in UTC: {example}.") from None
