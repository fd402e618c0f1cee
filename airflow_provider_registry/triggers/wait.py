"""One wait: what it is for, when it may end, and how it is told."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

AliasNamed = tuple[str, str]
"""A model's name and an alias's, both folded; or `RECORD`."""
RECORD = ""
"""In the place of an alias: how long the model's record is."""
RequestNamed = tuple[str, int, str]
"""A model's name, a version's number and an alias's name, the names folded."""
Named = AliasNamed | RequestNamed
Payload = Mapping[str, Any]

TIMED_OUT: Payload = {"timed_out": True}


@dataclass(eq=False, slots=True)
class Wait:
    """A wait, from when its trigger begins until that ends.

    Attributes:
        named: what it looks at: an alias, or the newest request of a version for one.
        answer: what it ends with, given what was found there (None where nothing is); None to go on.
        not_before: time of the event loop before which it does not end.
        deadline: time of the event loop at which it ends by itself.
        looked: whether it was looked at, or would have been if the database had answered.
        told: its end.
    """

    named: Named
    answer: Callable[[Any], Payload | None]
    not_before: float = -math.inf
    deadline: float = math.inf
    looked: bool = field(default=False, init=False)
    told: asyncio.Future[Payload] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    _found: Payload | None = field(default=None, init=False)

    @property
    def due(self) -> float:
        """When it is to be told; infinity where that is not known.

        What came to be while no triggerer ran goes before a deadline that passed then: it is looked at first.
        """
        if self.told.done() or not self.looked:
            return math.inf
        return max(self.not_before, -math.inf if self._found is not None else self.deadline)

    def seen(self, found: Any) -> None:
        """Take note of how things stand: the last look before it is told counts."""
        self.looked = True
        self._found = self.answer(found)

    def tell(self) -> None:
        """End it, unless it was cancelled meanwhile."""
        self.end(TIMED_OUT if self._found is None else self._found)

    def end(self, payload: Payload) -> None:
        """End it with something else than what it looks at."""
        if not self.told.done():
            self.told.set_result(payload)
