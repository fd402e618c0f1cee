"""What callers ask of many at once: ids, pairs or triples of names, however many they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from airflow_provider_registry.errors import InvalidInputError, TooLargeError
from airflow_provider_registry.messages import shown

MOST_NAMED = 100_000


def each_named(given: object, *parts: str) -> Iterator[tuple[Any, ...]]:
    """The tuples in an iterable, each of as many parts as it should have.

    Parameters:
        parts: what each is made of, for the message.

    Raises:
        InvalidInputError: it is no iterable, or something in it is no such tuple.
        TooLargeError: it goes on and on.
    """
    form = f"({', '.join(parts)})"
    for item in each_item(given, form, MOST_NAMED):
        if not isinstance(item, tuple | list) or len(item) != len(parts):
            raise InvalidInputError(f"Give a list of {form}; {shown(item)} is none.")
        yield tuple(item)


def each_item(given: object, what: str, most: int) -> Iterator[Any]:
    """What is in an iterable.

    Parameters:
        what: what that should be, for the message.
        most: so many may be there.

    Raises:
        InvalidInputError: it is no iterable.
        TooLargeError: it goes on and on.
    """
    try:
        items = iter(given) if isinstance(given, Iterable) and not isinstance(given, str | bytes) else None
    except TypeError:  # an array without dimensions
        items = None
    if items is None:
        raise InvalidInputError(f"Give a list of {what}, not {shown(given)}.")
    for count, item in enumerate(items):
        if count == most:
            raise TooLargeError(f"More than {most:,} of {what} are asked for at once: ask for fewer at a time.")
        yield item
