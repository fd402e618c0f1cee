"""Looks at what an operator is given when the Dag is parsed: a misspelt choice should not wait for its run."""

from __future__ import annotations

import math
from datetime import timedelta

from airflow_provider_registry.errors import InvalidInputError


def check_flag(name: str, given: object) -> bool:
    """What was given, if it is True or False: the text 'False', of a template, would be true.

    Raises:
        InvalidInputError: it is neither of the two.
    """
    if not isinstance(given, bool):
        raise InvalidInputError(f"{name} is {given!r}: write True or False.")
    return given


def check_seconds(name: str, given: object) -> float:
    """A span of time in seconds.

    Parameters:
        given: seconds, or a `timedelta`.

    Raises:
        InvalidInputError: it is neither, or not above zero.
    """
    seconds = given.total_seconds() if isinstance(given, timedelta) else given
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < math.inf:
        raise InvalidInputError(f"{name} is {given!r}: write seconds, or a timedelta.")
    return float(seconds)
