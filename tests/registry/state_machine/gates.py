"""Gates on what is recorded beside a version: what was recorded, what of it is read, and who passes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tests.registry.state_machine.people import SIGNERS

LEAST_LIVE = 0.75


@dataclass(eq=False)
class Looked:
    """One outcome of the check `looks`."""

    passed: bool


@dataclass(eq=False)
class Card:
    """One revision of the card of a version."""

    says: bool


@dataclass(eq=False)
class Scan:
    """One scan of a version's bytes."""

    clean: bool
    at: datetime


@dataclass(eq=False)
class Signature:
    """One signature of a version's bytes, by the name of the signer."""

    by: str


class Series(NamedTuple):
    """What is measured day by day; gates read the AUC in production, of whatever dataset."""

    name: str = "auc"
    phase: str = "production"
    dataset: str = ""

    @property
    def is_read(self) -> bool:
        return self[:2] == ("auc", "production")


# By day: the highest revision, and its value.
Days = dict[int, tuple[int, float]]


@dataclass
class Evidence:
    """What is recorded of a version, beside it.

    Attributes:
        points: what was measured: by series, day and revision.
    """

    looked: Looked | None = None
    card: Card | None = None
    scans: list[Scan] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    points: dict[tuple[Series, int, int], float] = field(default_factory=dict)

    @property
    def scan(self) -> Scan | None:
        """The newest."""
        return self.scans[-1] if self.scans else None

    @property
    def live(self) -> dict[str, Days]:
        """The AUC in production, by dataset."""
        found: dict[str, Days] = {}
        for (series, day, revision), value in sorted(self.points.items()):
            if series.is_read:
                found.setdefault(series.dataset, {})[day] = (revision, value)
        return found


class Read(NamedTuple):
    """What gates read: two of the same are what a promotion request is for. Nothing where no gate reads it.

    Attributes:
        live, theirs: of the version, and of the baseline: dataset, day, revision and value.
    """

    looked: Looked | None = None
    card: Card | None = None
    scan: Scan | None = None
    signatures: tuple[Signature, ...] = ()
    live: frozenset[tuple[Any, ...]] = frozenset()
    theirs: frozenset[tuple[Any, ...]] = frozenset()


@dataclass(frozen=True)
class Gates:
    """What a policy asks of what is recorded.

    Attributes:
        looks: a check `looks` must have passed, as its newest outcome says.
        asks_card: the card must say something of the intended use.
        days: in so many of the newest days the AUC in production must be `LEAST_LIVE`, without a gap; 0 for no gate.
        no_worse: nor worse than the baseline's, in so many of the days that both were measured.
        scans: the newest scan must have found nothing.
        max_age: how old that may be; None for any age.
        signers: one of these must have signed.
    """

    looks: bool = False
    asks_card: bool = False
    days: int = 0
    no_worse: bool = False
    scans: bool = False
    max_age: timedelta | None = None
    signers: tuple[str, ...] = ()

    @property
    def reads(self) -> list[str]:
        """The kinds of what they read."""
        kinds = {"check": self.looks, "card": self.asks_card, "live": self.days, "scan": self.scans}
        return [kind for kind, asked in {**kinds, "signature": self.signers}.items() if asked]

    def as_mappings(self) -> list[dict[str, Any]]:
        """The gates as a policy has them."""
        found: list[dict[str, Any]] = []
        live = {"metric": "auc", "greater_is_better": True, "phase": "production", "windows": self.days}
        if self.looks:
            found.append({"check": "looks"})
        if self.asks_card:
            found.append({"card": {"require": ["intended_use"]}})
        if self.days:
            found.append({**live, "threshold": LEAST_LIVE})
        if self.no_worse:
            found.append({**live, "min_absolute_change": 0})
        if self.scans:
            age = {} if self.max_age is None else {"max_age": f"{int(self.max_age.total_seconds())}s"}
            found.append({"scan": "pickle", **age})
        if self.signers:
            found.append({"signature": [{"key": SIGNERS[name].public_key} for name in self.signers]})
        return found

    def read(self, candidate: Evidence, baseline: Evidence | None) -> Read:
        """What they read."""
        return Read(
            looked=candidate.looked if self.looks else None,
            card=candidate.card if self.asks_card else None,
            scan=candidate.scan if self.scans else None,
            signatures=tuple(one for one in candidate.signatures if one.by in self.signers),
            live=_flat(candidate.live) if self.days else frozenset(),
            theirs=_flat(baseline.live) if self.days and baseline else frozenset(),
        )

    def let_in(self, candidate: Evidence, baseline: Evidence | None, at: datetime) -> bool:
        """Whether a version passes all of them; what was not recorded passes none."""
        if self.looks and not (candidate.looked and candidate.looked.passed):
            return False
        if self.asks_card and not (candidate.card and candidate.card.says):
            return False
        if self.scans and not self._is_clean(candidate.scan, at):
            return False
        if self.signers and not any(one.by in self.signers for one in candidate.signatures):
            return False
        return not self.days or self._lives(candidate.live, None if baseline is None else baseline.live)

    def _is_clean(self, scan: Scan | None, at: datetime) -> bool:
        return scan is not None and scan.clean and (self.max_age is None or at - scan.at <= self.max_age)

    def _lives(self, live: dict[str, Days], theirs: dict[str, Days] | None) -> bool:
        if len(live) != 1:  # of two datasets, nobody knows which is meant
            return False
        ((dataset, mine),) = live.items()
        newest = _newest(mine, self.days)
        if not newest or any(mine[day][1] < LEAST_LIVE for day in newest):
            return False
        if not self.no_worse or theirs is None:
            return True
        other = theirs.get(dataset, {})
        both = _newest(mine.keys() & other.keys(), self.days)
        return bool(both) and all(mine[day][1] >= other[day][1] for day in both)


NO_GATES = Gates()


def _newest(days: Iterable[int], count: int) -> list[int]:
    """The newest days; none where they are too few, or there is a gap between them."""
    newest = sorted(days)[-count:]
    return newest if len(newest) == count and newest[-1] - newest[0] == count - 1 else []


def _flat(live: dict[str, Days]) -> frozenset[tuple[Any, ...]]:
    return frozenset((dataset, day, *found) for dataset, days in live.items() for day, found in days.items())
