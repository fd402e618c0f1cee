"""How far two profiles lie apart, column by column.

Each column becomes shares of the same bins in both profiles. The bins are those of the first: its edges with what lies
below and above, or its categories with all others together; and one for missing values, so that a column that loses its
values drifts too. Where the second profile has other edges, its values are taken to lie evenly between these, so use
`profile_of(…, like=first)` for the second: then nothing is guessed.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow_provider_registry.errors import InvalidProfileError
from airflow_provider_registry.registry.profiles.profile import read_profile

# Added to each share before a logarithm is taken of it.
SMOOTHING = 1e-4


@dataclass(frozen=True, slots=True)
class ColumnDrift:
    """How far the distributions of one column lie apart.

    Attributes:
        psi: see `population_stability_index`.
        jensen_shannon: see `jensen_shannon_distance`.
    """

    psi: float
    jensen_shannon: float


def drift_between(
    profile: Mapping[str, Any], other: Mapping[str, Any], *, columns: Collection[str] | None = None
) -> dict[str, ColumnDrift]:
    """How far each column of a profile lies from the same column of another.

    Parameters:
        profile: that of the training, say, which has the bins.
        other: that of last night, say; columns that only this one has are left out.
        columns: only these.

    Raises:
        InvalidProfileError: one of them is no profile, or was erased; a column is not in both, is not of the same type
            in both, or has no rows.
    """
    first, second = read_profile(profile)["columns"], read_profile(other)["columns"]
    found = {}
    for name in first if columns is None else columns:
        if name not in first or name not in second:
            raise InvalidProfileError(
                f"The column {name!r} is not in both profiles: name those to compare by columns=."
            )
        found[name] = _drift(*_shares(name, first[name], second[name]))
    return found


def population_stability_index(first: Sequence[float], second: Sequence[float]) -> float:
    """The population stability index of two distributions over the same bins: the sum of (p - q) * ln(p / q).

    0 for equal ones, never negative, and the same both ways. Practice takes less than 0.1 for none, and more than 0.25
    for a change that asks for action (N. Siddiqi, Credit Risk Scorecards, Wiley 2006). It is the divergence J of
    S. Kullback and R. A. Leibler, On Information and Sufficiency, Annals of Mathematical Statistics 22 (1951).

    An empty bin would make it infinite. So `SMOOTHING` is added to each share, and all are divided by their sum again:
    it is at most 18.5 then, and does not depend on the number of rows.
    """
    pairs = zip(_smoothed(first), _smoothed(second), strict=True)
    return math.fsum((p - q) * math.log(p / q) for p, q in pairs)


def jensen_shannon_distance(first: Sequence[float], second: Sequence[float]) -> float:
    """The Jensen-Shannon distance of two distributions over the same bins, by logarithms to the base 2.

    0 for equal ones, 1 for those that have nothing in common, the same both ways, and finite also with empty bins. It
    is the root of the divergence of J. Lin, Divergence Measures Based on the Shannon Entropy, IEEE Transactions on
    Information Theory 37 (1991), which is a metric by D. M. Endres and J. E. Schindelin, A New Metric for Probability
    Distributions, IEEE Transactions on Information Theory 49 (2003).
    """
    terms = (_to_middle(p, q) + _to_middle(q, p) for p, q in zip(first, second, strict=True))
    return math.sqrt(min(max(math.fsum(terms) / 2, 0.0), 1.0))


def _drift(first: Sequence[float], second: Sequence[float]) -> ColumnDrift:
    return ColumnDrift(population_stability_index(first, second), jensen_shannon_distance(first, second))


def _to_middle(p: float, q: float) -> float:
    return p * math.log2(2 * p / (p + q)) if p > 0 else 0.0


def _smoothed(shares: Sequence[float]) -> Iterator[float]:
    total = math.fsum(shares) + SMOOTHING * len(shares)
    return ((share + SMOOTHING) / total for share in shares)


def _shares(name: str, first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[list[float], list[float]]:
    """The shares of both over the bins of the first, that of the missing values last."""
    if first["type"] != second["type"]:
        raise InvalidProfileError(
            f"The column {name!r} is {first['type']} in one profile and {second['type']} in the other."
        )
    if first["type"] == "categorical":
        bins = list(first["categories"])
        return _with_missing(name, first, _named(first, bins)), _with_missing(name, second, _named(second, bins))
    edges = _Spread(first).places
    return (
        _with_missing(name, first, _Spread(first).shares(edges)),
        _with_missing(name, second, _Spread(second).shares(edges)),
    )


def _with_missing(name: str, column: Mapping[str, Any], shares: Sequence[float]) -> list[float]:
    """Shares of the rows, from shares of the values."""
    count, missing = column["count"], column.get("missing", 0)
    if not count + missing:
        raise InvalidProfileError(f"The column {name!r} has no rows in one of the profiles.")
    return [*(share * count / (count + missing) for share in shares), missing / (count + missing)]


def _named(column: Mapping[str, Any], bins: Sequence[str]) -> list[float]:
    count = max(column["count"], 1)
    shares = [column["categories"].get(name, 0) / count for name in bins]
    others = column["count"] - sum(column["categories"].get(name, 0) for name in bins)
    return [*shares, others / count]


class _Spread:
    """How the numbers of a column are spread: which share lies at a place or before, evenly between the known ones."""

    def __init__(self, column: Mapping[str, Any]) -> None:
        self._at: list[float]
        self._share: list[float]
        if "quantiles" in column:
            self._at = list(column["quantiles"]["values"])
            self._share = list(column["quantiles"]["probabilities"])
            return
        said, count = column["histogram"], max(column["count"], 1)
        before = said.get("below", 0)
        self._at, self._share = list(said["edges"]), [before / count]
        for inside in said["counts"]:
            before += inside
            self._share.append(before / count)

    @property
    def places(self) -> list[float]:
        """Where bins begin and end."""
        return sorted(set(self._at))

    def shares(self, edges: Sequence[float]) -> list[float]:
        """The shares below the first edge, between each two, and above the last."""
        until = [self._until(edge) for edge in edges]
        return [max(high - low, 0.0) for low, high in zip([0.0, *until], [*until, 1.0], strict=True)]

    def _until(self, place: float) -> float:
        if place < self._at[0]:
            return 0.0
        if place > self._at[-1]:
            return 1.0
        after = bisect_right(self._at, place)
        if self._at[after - 1] == place:  # of several at one place, the last: they all lie there
            return self._share[after - 1]
        low, high = self._at[after - 1], self._at[after]
        scale = 1.0 if math.isfinite(high - low) else 0.5  # the ends of what a double can hold
        part = (place * scale - low * scale) / (high * scale - low * scale)
        return self._share[after - 1] + part * (self._share[after] - self._share[after - 1])
