"""What the registry counts and times while it works, for whoever keeps such figures."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from airflow_provider_registry.errors import InvalidInputError, NotFoundError, RefusedError
from airflow_provider_registry.registry.before_the_lock import NeededFirstError


class Meter(Protocol):
    """Keeps figures. It is called from any thread, and raises nothing."""

    def count(self, name: str, number: int = 1, **tags: str) -> None:
        """So many more of something: `acts`, `gates`, `bytes_stored`, `bytes_fetched`."""

    def time(self, name: str, seconds: float, **tags: str) -> None:
        """How long something took: `act_duration`, `download_duration`."""


class NoMeter:
    """Keeps none."""

    def count(self, name: str, number: int = 1, **tags: str) -> None:
        """Nothing."""

    def time(self, name: str, seconds: float, **tags: str) -> None:
        """Nothing."""


NO_METER = NoMeter()


@dataclass
class Measure:
    """What becomes of an act.

    Attributes:
        outcome: `done`, or `repeated` where it had been done before.
        gates: verdicts of the gates whose report it stored.
    """

    outcome: str = "done"
    gates: Counter[str] = field(default_factory=Counter)


@contextmanager
def measured(meter: Meter, act: str) -> Iterator[Measure]:
    """Count an act and its gates, and time it, from when it is asked for until it is committed.

    Parameters:
        act: its name; what follows a colon is whose, of which there may be any number.
    """
    act = act.partition(":")[0]
    measure, began = Measure(), time.perf_counter()
    try:
        yield measure
    except NeededFirstError:  # it is asked for again, and counted then
        raise
    except (RefusedError, InvalidInputError, NotFoundError):
        _tell(meter, act, Measure("refused"), began)
        raise
    except BaseException:
        _tell(meter, act, Measure("failed"), began)
        raise
    else:
        _tell(meter, act, measure, began)


def _tell(meter: Meter, act: str, measure: Measure, began: float) -> None:
    meter.count("acts", act=act, outcome=measure.outcome)
    meter.time("act_duration", time.perf_counter() - began, act=act)
    for verdict, number in measure.gates.items():
        meter.count("gates", number, verdict=verdict)
