"""Several ways of doing the same, timed in turn in one run, so that a machine that slows down slows all of them."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice, permutations

OURS, FLOOR, MLFLOW = "ours", "floor", "mlflow"

# A call that runs elsewhere (another process, MLflow's environment) gives its own seconds; another gives anything else.
Call = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long a call took where it ran, measured there."""

    value: float


@dataclass(frozen=True, slots=True)
class Spread:
    """A sample: its median and its quartiles."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, sample: Sequence[float]) -> Spread:
        """The spread of a sample of any size."""
        if len(sample) == 1:
            return cls(sample[0], sample[0], sample[0], 1)
        low, median, high = statistics.quantiles(sample, n=4, method="inclusive")
        return cls(median, low, high, len(sample))


@dataclass(frozen=True, slots=True)
class Bar:
    """What is to be reached.

    Attributes:
        over_floor: ours may take at most so many times what the floor takes.
        under_mlflow: MLflow takes at least so many times what ours takes.
        at_most: ours takes at most so much, in seconds or in the finding's own unit.
        at_least: ours reaches at least so much, in the finding's own unit.
    """

    over_floor: float | None = None
    under_mlflow: float | None = None
    at_most: float | None = None
    at_least: float | None = None


@dataclass(frozen=True)
class Finding:
    """One line of the results.

    Attributes:
        work: what was done.
        setting: where: the database, and how large it is.
        unit: of `ours`, `floor` and `mlflow`: "s", which is shown in the unit that fits, or another, shown as it is.
        over_floor: ours over the floor, pair by pair.
        under_mlflow: MLflow over ours, pair by pair.
        note: what the reader must know, such as what MLflow did instead.
    """

    work: str
    setting: str
    ours: Spread
    unit: str = "s"
    floor: Spread | None = None
    mlflow: Spread | None = None
    over_floor: Spread | None = None
    under_mlflow: Spread | None = None
    bar: Bar = Bar()
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether each part of the bar that could be measured was reached; None where there is none."""
        bar, ours = self.bar, self.ours.median
        known: list[bool] = []
        if self.over_floor and bar.over_floor is not None:
            known.append(self.over_floor.median <= bar.over_floor)
        if self.under_mlflow and bar.under_mlflow is not None:
            known.append(self.under_mlflow.median >= bar.under_mlflow)
        if bar.at_most is not None:
            known.append(ours <= bar.at_most)
        if bar.at_least is not None:
            known.append(ours >= bar.at_least)
        return all(known) if known else None


def compare(
    work: str, setting: str, calls: Mapping[str, Call], rounds: int, *, bar: Bar = Bar(), warm: int = 5, note: str = ""
) -> Finding:
    """Time calls in turn: ours and the floor, then ours and MLflow, so that no third fills the processor's caches.

    Parameters:
        calls: by `OURS`, `FLOOR` and `MLFLOW`; ours, and at least one of the others.
        rounds: how often each is called and counted.
        warm: how often each is called before, uncounted: statements get prepared, caches filled.
    """
    beside = {
        other: interleave({OURS: calls[OURS], other: calls[other]}, rounds, warm)
        for other in (FLOOR, MLFLOW)
        if other in calls
    }
    floor, mlflow = beside.get(FLOOR), beside.get(MLFLOW)
    return Finding(
        work,
        setting,
        Spread.of(next(iter(beside.values()))[OURS]),
        floor=Spread.of(floor[FLOOR]) if floor else None,
        mlflow=Spread.of(mlflow[MLFLOW]) if mlflow else None,
        over_floor=ratios(floor[OURS], floor[FLOOR]) if floor else None,
        under_mlflow=ratios(mlflow[MLFLOW], mlflow[OURS]) if mlflow else None,
        bar=bar,
        note=note,
    )


def interleave(calls: Mapping[str, Call], rounds: int, warm: int = 5) -> dict[str, list[float]]:
    """Seconds of each call, round by round. All orders have their turn: each comes as often after every other."""
    for _ in range(warm):
        for call in calls.values():
            call()
    samples: dict[str, list[float]] = {name: [] for name in calls}
    gc.collect()
    for order in islice(cycle(permutations(calls)), rounds):
        for name in order:
            samples[name].append(timed(calls[name]))
    return samples


def ratios(upper: Sequence[float], lower: Sequence[float]) -> Spread:
    """The spread of the ratios pair by pair."""
    return Spread.of([above / below for above, below in zip(upper, lower, strict=True)])


def timed(call: Call) -> float:
    """Seconds of one call."""
    begin = time.perf_counter()
    result = call()
    took = time.perf_counter() - begin
    return result.value if isinstance(result, Seconds) else took
