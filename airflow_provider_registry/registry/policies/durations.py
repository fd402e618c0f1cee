"""Durations as policies write them: `30m`, `24h`, `7d`, `1d12h`, or ISO 8601 `P1D`."""

from __future__ import annotations

import re
from datetime import timedelta

from airflow_provider_registry.messages import shown

# The digits are limited so that no sum of units overflows a timedelta; all of them reach beyond _LONGEST.
_SHORT = re.compile(
    r"(?:(?P<weeks>[0-9]{1,6})w)?(?:(?P<days>[0-9]{1,6})d)?"
    r"(?:(?P<hours>[0-9]{1,9})h)?(?:(?P<minutes>[0-9]{1,9})m)?(?:(?P<seconds>[0-9]{1,9})s)?"
)
_ISO = re.compile(
    r"P(?:(?P<weeks>[0-9]{1,6})W)?(?:(?P<days>[0-9]{1,6})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,9})H)?(?:(?P<minutes>[0-9]{1,9})M)?(?:(?P<seconds>[0-9]{1,9})S)?)?"
)
_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_LONGEST = timedelta(days=3_650)


def read_duration(given: object) -> timedelta:
    """The duration that a text spells.

    Parameters:
        given: weeks, days, hours, minutes and seconds in that order (`7d`, `1d12h`), ISO 8601 without years and
            months, whose length varies (`P1D`, `PT36H`), or a timedelta of whole seconds.

    Raises:
        ValueError: where it is none of these, not longer than nothing, or longer than ten years.
    """
    duration = given if isinstance(given, timedelta) else _from_text(given)
    if duration % timedelta(seconds=1) or not timedelta() < duration <= _LONGEST:
        raise ValueError(f"must be whole seconds, more than none and at most {_LONGEST.days} days, not {shown(given)}")
    return duration


def spell_duration(duration: timedelta) -> str:
    """The shortest single-unit spelling, which `read_duration` reads back: `7d`, `36h`, `90s`; a day is `24h`."""
    seconds = int(duration.total_seconds())
    if seconds == _UNITS[0][1]:
        return "24h"  # as the default is written
    return next(f"{seconds // size}{unit}" for unit, size in _UNITS if seconds % size == 0)


def _from_text(given: object) -> timedelta:
    form = _ISO if isinstance(given, str) and given.startswith("P") else _SHORT
    found = form.fullmatch(given) if isinstance(given, str) else None
    units = {unit: int(number) for unit, number in found.groupdict().items() if number} if found else {}
    if not units:
        raise ValueError(f"must be a duration such as '30m', '24h', '7d' or ISO 8601 'P1D', not {shown(given)}")
    return timedelta(**units)
