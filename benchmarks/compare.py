"""Two ways of doing the same, timed in turn in one run, so that a machine that slows down slows both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """How often ours takes what the floor takes.

    Attributes:
        ours, floor: median seconds of one call.
        ratio: median of the ratios pair by pair; `low` and `high` are their quartiles.
    """

    what: str
    ours: float
    floor: float
    ratio: float
    low: float
    high: float


def compare(what: str, ours: Callable[[], object], floor: Callable[[], object], rounds: int) -> Comparison:
    """Call both in turn, after a few calls that do not count."""
    for _ in range(5):
        ours()
        floor()
    pairs = [(_timed(ours), _timed(floor)) for _ in range(rounds)]
    ratios = [mine / least for mine, least in pairs]
    low, _, high = statistics.quantiles(ratios, n=4)
    mine, least = (statistics.median(column) for column in zip(*pairs, strict=True))
    return Comparison(what, mine, least, statistics.median(ratios), low, high)


def _timed(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin
