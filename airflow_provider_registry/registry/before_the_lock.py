"""What is slow is done before the lock, but only the lock tells what it is: ask, do it, ask again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from airflow_provider_registry.errors import BusyAliasError

T = TypeVar("T")

# Each round does one thing more, and only another act on the alias makes more than a few rounds necessary.
_ROUNDS = 20


class NeededFirstError(Exception):
    """An act stopped before it wrote anything, since something slow must be done first.

    It goes from what an act asks to `doing_first`, and no further.

    Attributes:
        do: does it, and remembers what came of it where the act asks.
    """

    def __init__(self, do: Callable[[], None]) -> None:
        super().__init__()
        self.do = do


def doing_first(act: Callable[[], T]) -> T:
    """Run an act, doing what it needs first.

    Raises:
        BusyAliasError: each time it was done, something else was needed.
    """
    for _ in range(_ROUNDS):
        try:
            return act()
        except NeededFirstError as needed:
            do = needed.do
        do()
    raise BusyAliasError(
        f"What this act reads before its lock was out of date under it, {_ROUNDS} times in a row; nothing was written. "
        "See who moves the alias or signs the version, and try again."
    )
