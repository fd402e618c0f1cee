"""Making a profile of columns: lists, numpy arrays, pandas frames and series alike, without needing any of these."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from airflow_provider_registry.errors import InvalidProfileError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.registry.limits import check_whole
from airflow_provider_registry.registry.profiles.profile import read_profile
from airflow_provider_registry.registry.versions.rendered import plain

_NAME_LENGTH = 255
_MOST = 1_000


def profile_of(
    columns: Any,
    *,
    bins: int = 10,
    categories: int = 50,
    outputs: Collection[str] = (),
    categorical: Collection[str] = (),
    like: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The profile of some data, for `Registry.record_profile` and `drift_between`.

    A column whose values are all numbers is numeric, and gets a histogram whose bins hold about as many values each;
    any other is categorical. None, NaN and pandas' NA and NaT are missing values; infinities lie beyond all edges.

    Parameters:
        columns: a mapping of names to values, or what has `items()` as one does, such as a pandas DataFrame.
        bins: of each histogram; fewer where few values differ.
        categories: that are named, the most frequent ones; the others are counted together.
        outputs: names of the columns that the model gives out; the others are inputs.
        categorical: names of columns whose numbers are names, such as postal codes.
        like: an earlier profile: its edges, categories and roles are taken, so that the two can be compared. Its
            columns are the ones that are looked at.

    Raises:
        InvalidProfileError: a column of `like` is missing, or cannot be read as it was then; there are no columns.
    """
    check_whole("bins", bins, _MOST)
    check_whole("categories", categories, _MOST)
    given = {str(name): values for name, values in columns.items()}
    if like is not None:
        return _alike(given, read_profile(like))
    if unknown := sorted({*outputs, *categorical} - set(given)):
        raise InvalidProfileError(f"There are no columns {', '.join(unknown)}.")
    found = {}
    for name, values in given.items():
        there, missing = _present(values)
        numeric = name not in categorical and bool(there) and all(map(_is_number, there))
        told = _histogram(there, _edges(there, bins)) if numeric else _named(there, _frequent(there, categories))
        found[name] = {**told, "missing": missing, "role": "output" if name in outputs else "input"}
    return read_profile({"columns": found})


def _alike(given: Mapping[str, Any], like: Mapping[str, Any]) -> dict[str, Any]:
    if missing := [name for name in like["columns"] if name not in given]:
        raise InvalidProfileError(f"There are no columns {', '.join(missing)}, which the earlier profile has.")
    found = {}
    for name, before in like["columns"].items():
        there, missing_values = _present(given[name])
        if before["type"] == "categorical":
            told = _named(there, before["categories"])
        elif wrong := next((value for value in there if not _is_number(value)), None):
            raise InvalidProfileError(f"The column {name!r} has {shown(wrong)}; the earlier profile has numbers there.")
        else:
            told = _histogram(there, _edges_of(before))
        found[name] = {**told, "missing": missing_values, **({"role": before["role"]} if "role" in before else {})}
    return read_profile({"columns": found})


def _present(values: Iterable[Any]) -> tuple[list[Any], int]:
    """The values that are there, as Python has them, and how many are not."""
    tolist = getattr(values, "tolist", None)  # numpy's and pandas' own way, many times as fast
    every = [plain(value) for value in (tolist() if callable(tolist) else values)]
    there = [value for value in every if not _is_missing(value)]
    return there, len(every) - len(there)


def _is_missing(value: Any) -> bool:
    if value is None:
        return True
    try:
        return bool(value != value)  # noqa: PLR0124  # NaN, and pandas' NaT, are the ones that are not themselves
    except (TypeError, ValueError):  # pandas' NA says neither yes nor no
        return type(value).__name__ == "NAType"


def _is_number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return True
    return not isinstance(value, str | bytes) and hasattr(value, "__float__")  # Decimal, Fraction


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number beyond what a double can hold
        return math.inf if value > 0 else -math.inf


def _edges(values: Sequence[Any], bins: int) -> list[float]:
    """Edges between which about as many values lie each."""
    finite = sorted(number for number in map(_float, values) if math.isfinite(number))
    if not finite:
        return [0.0, 1.0]
    last = len(finite) - 1
    edges = sorted({finite[round(last * part / bins)] for part in range(bins + 1)})
    # The last edge is beyond the greatest value, which would lie above it otherwise.
    return [*(edge for edge in edges if edge < finite[-1]), *_around(finite[-1], first=len(edges) == 1)]


def _around(greatest: float, *, first: bool) -> list[float]:
    beyond = math.nextafter(greatest, math.inf)
    edge = beyond if math.isfinite(beyond) else greatest
    return [math.nextafter(edge, -math.inf), edge] if first else [edge]


def _edges_of(column: Mapping[str, Any]) -> list[float]:
    if "histogram" in column:
        return list(column["histogram"]["edges"])
    edges = sorted(set(column["quantiles"]["values"]))
    return edges if len(edges) > 1 else _around(edges[0], first=True)


def _histogram(values: Sequence[Any], edges: Sequence[float]) -> dict[str, Any]:
    counted = Counter(bisect_right(edges, _float(value)) for value in values)
    histogram = {"edges": list(edges), "counts": [counted[place] for place in range(1, len(edges))]}
    beyond = {"below": counted[0], "above": counted[len(edges)]}
    return {"type": "numeric", "count": len(values), "histogram": {**histogram, **beyond}}


def _frequent(values: Sequence[Any], most: int) -> list[str]:
    counted = Counter(map(_name, values))
    return sorted(counted, key=lambda name: (-counted[name], name))[:most]


def _named(values: Sequence[Any], names: Collection[str]) -> dict[str, Any]:
    counted = Counter(map(_name, values))
    found = {name: counted[name] for name in names}
    other = len(values) - sum(found.values())
    return {"type": "categorical", "count": len(values), "categories": found, "other": other}


def _name(value: Any) -> str:
    return str(value)[:_NAME_LENGTH]
