"""Where a connection is disturbed, and how: one message of one direction, one fault."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tests.faults.how_long import LONG

# Print of a failed run names its points; this repeats the choice of points as a whole.
SEED = int(os.environ.get("REGISTRY_FAULT_SEED") or random.SystemRandom().randrange(2**32))


class Direction(StrEnum):
    """Whose messages: the client's or the server's."""

    REQUEST = "request"
    ANSWER = "answer"


class Fault(StrEnum):
    """What happens in the place of a message.

    Where a request is lost, the server never saw it; where an answer is, the server has done what was asked.
    """

    RESET = "connection reset"
    CLOSE = "connection closed"
    HALF = "half of it, then closed"
    MOST = "all but its last byte, then closed"
    TORN = "its first two lines, then closed"
    PAUSE = "held for a moment, then sent"
    STALL = "held for a moment, then connection reset"
    SILENCE = "nothing ever again on this connection"
    CALL = "something is done to the server, then sent"
    ERROR_500 = "500 InternalError in its place"
    ERROR_503 = "503 SlowDown in its place"
    SHORT = "a body that is cut and says that it is whole"


# Which costs the seconds that a client waits for.
_SILENCE = (Fault.SILENCE,) if LONG else ()
# In the long form, the first happen to each message, and one of the others does.
CUTS = ((Fault.RESET, Fault.HALF), (Fault.CLOSE, Fault.MOST, Fault.PAUSE, Fault.STALL))
STORE_CUTS = (
    (Fault.RESET, Fault.TORN, Fault.ERROR_503),
    (Fault.HALF, Fault.CLOSE, Fault.MOST, Fault.PAUSE, Fault.STALL, *_SILENCE, Fault.ERROR_500),
)


@dataclass(frozen=True)
class Point:
    """One message and its fault.

    Attributes:
        at: number of the message in its direction, from 0, over all connections of the act.
        kind: what the message is, for people.
    """

    direction: Direction
    at: int
    fault: Fault
    kind: str = ""

    @property
    def makes_sense(self) -> bool:
        """Whether this can happen: once a body has begun, no other status can be said."""
        late = self.direction is Direction.ANSWER and self.kind.endswith(" body")
        return not (late and self.fault in {Fault.ERROR_500, Fault.ERROR_503})

    def __str__(self) -> str:
        return f"{self.direction} {self.at} ({self.kind}): {self.fault} [REGISTRY_FAULT_SEED={SEED}]"


Seen = Mapping[Direction, Sequence[str]]
Faults = tuple[Sequence[Fault], Sequence[Fault]]


def every_point(seen: Seen, faults: Sequence[Fault]) -> list[Point]:
    """Each message of an undisturbed run with each fault."""
    return [
        Point(direction, at, fault, kind)
        for direction, kinds in seen.items()
        for at, kind in enumerate(kinds)
        for fault in faults
    ]


def points(seen: Seen, faults: Faults, short: int, name: str) -> list[Point]:
    """Every message of an undisturbed run in the long form; in the short one a sample, chosen by `SEED`.

    Parameters:
        seen: the messages of the undisturbed run.
        faults: those that happen to each message, and those of which one does.
        short: how many points.
        name: of the act, so that each has a choice of its own.
    """
    chance = random.Random(f"{SEED} {name}")
    if not LONG:
        every = [point for point in every_point(seen, [*faults[0], *faults[1]]) if point.makes_sense]
        return sorted(chance.sample(every, min(short, len(every))), key=lambda point: (point.direction, point.at))
    always, sometimes = faults
    others = [replace(point, fault=chance.choice(sometimes)) for point in every_point(seen, always[:1])]
    return [point for point in every_point(seen, always) + others if point.makes_sense]
