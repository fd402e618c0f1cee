"""Whole numbers that callers give: how many, and from where on."""

from __future__ import annotations

from airflow_provider_registry.errors import InvalidInputError

# The largest number that both databases hold in a column.
LARGEST = 2**63 - 1


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
        raise InvalidInputError(f"{parameter} is {given!r:.60}: give a whole number {bounds}.")
    return given
