"""What the reader of pickles knows of the values that a pickle would make."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class UnreadableError(Exception):
    """A stream cannot be followed to its end, so that nobody knows what it does; the message says why."""


class NoPickleError(Exception):
    """A stream is no pickle: whoever would load it would fail before anything ran."""


class BudgetError(Exception):
    """A file takes more to read than a scan may take."""


@dataclass(frozen=True, slots=True)
class Global:
    """Something that a pickle imports.

    Attributes:
        module: as the pickle spells it.
        name: likewise; with dots where it reaches into what it imports.
    """

    module: str
    name: str

    @property
    def text(self) -> str:
        """The two in one: `os.system`."""
        return f"{self.module}.{self.name}"


@dataclass(eq=False, slots=True)
class Made:
    """What a call in a pickle would return.

    Attributes:
        what: is called.
        arguments: it is called with.
        states: what BUILD would give to it, in order.
    """

    what: object
    arguments: object
    states: list[object] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Mapping:
    """A dict: what stands under texts; the rest is none of our business."""

    items: dict[str, Any] = field(default_factory=dict)


class Something:
    """Any value that tells nothing."""


SOMETHING = Something()
