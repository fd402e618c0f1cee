"""Metrics: a name and a finite value, and where it was measured."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import InvalidMetricError, TooLargeError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import METRICS_PER_VERSION, check_key
from airflow_provider_registry.registry.versions.rendered import is_many, read_rendered, read_text
from airflow_provider_registry.registry.versions.slices import normalise_slice

_KEYS = ("name", "value", "phase", "dataset", "slice")
_EXACT = 2**53
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")

# Name, dataset and slice stand in one unique index, and a row of a PostgreSQL B-tree holds at most 2,704 bytes.
KEY_BYTES = 2_000


class Phase(StrEnum):
    """When a metric was measured."""

    TRAINING = "training"
    VALIDATION = "validation"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured value.

    Attributes:
        name: what was measured, such as `auc`.
        value: a finite number, in the metric's own unit.
        phase: when it was measured; what a registration says plainly is of the phase validation.
        dataset: the name of the dataset it was measured on, '' where none was said.
        slice: the part of that dataset, in the form of `normalise_slice`, '' for the whole.
    """

    name: str
    value: float
    phase: Phase = Phase.VALIDATION
    dataset: str = ""
    slice: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What is unique in a version: phase, name, dataset and slice."""
        return (self.phase.value, self.name, self.dataset, self.slice)


def read_metrics(given: object) -> tuple[Metric, ...]:
    """Read the metrics of a registration.

    Parameters:
        given: None; a mapping of names to numbers; an iterable of `Metric`s and of mappings with the keys name,
            value and optionally phase, dataset and slice; or the text of any of these, as a template renders it.
            A number may be text that spells one, and anything else with `__float__`, such as a numpy scalar.

    Returns:
        the metrics, sorted by phase, name, dataset and slice.

    Raises:
        InvalidMetricError: naming the metric that is not a finite number, or stands twice.
        InvalidNameError: where a name is not allowed.
        TooLargeError: for more than `METRICS_PER_VERSION` metrics.
    """
    metrics: dict[tuple[str, str, str, str], Metric] = {}
    for metric in _each(given):
        if metric.key in metrics:
            raise InvalidMetricError(f"The metric {_described(metric)} stands twice: give it once.")
        if len(metrics) == METRICS_PER_VERSION:
            raise TooLargeError(f"There are more than {METRICS_PER_VERSION:,} metrics; store the rest as a file.")
        metrics[metric.key] = metric
    return tuple(metrics[key] for key in sorted(metrics))


def read_metric_value(name: str, value: object) -> float:
    """The finite number that a metric's value is or spells.

    Raises:
        InvalidMetricError: naming the metric.
    """
    number = _number(value)
    if number is None:
        nothing = value is None or (isinstance(value, str) and value.strip() in ("", "None"))
        hint = ": a template rendered nothing. Check the upstream task" if nothing else ""
        raise InvalidMetricError(f"The metric {name!r} is {shown(value)}, which is not a number{hint}.")
    if not math.isfinite(number):
        raise InvalidMetricError(f"The metric {name!r} is {shown(value)}, which is not a finite number.")
    return number + 0.0  # -0.0 becomes 0.0, so that equal values have one digest


def metrics_digest(rows: Iterable[Metric]) -> str:
    """The sha256 of metric rows, whatever their order, to which a gate report is bound.

    A value that is not finite, which only an edited database can hold, goes in as text: the gates must be able to
    say so, not this function.
    """
    values = [[*row.key, _digestible(row.value)] for row in rows]
    return sha256_of(sorted(values, key=lambda value: (value[:4], repr(value[4]))))


def _digestible(value: float) -> float | str:
    if not math.isfinite(value):
        return repr(value)
    # Canonical JSON has one form for both, and comes to it faster from the whole number.
    return int(value) if value.is_integer() and abs(value) < _EXACT else value


def _each(given: object) -> Iterator[Metric]:
    if given is None:
        return
    value = read_rendered("metrics", given, InvalidMetricError)
    if isinstance(value, Mapping):
        yield from (read_metric({"name": name, "value": number}) for name, number in value.items())
    elif is_many(value):
        yield from (read_metric(item) for item in value)
    else:
        raise InvalidMetricError(f"Metrics are a mapping of names to numbers or a list of those, not {shown(value)}.")


def read_metric(item: object, phase: Phase = Phase.VALIDATION) -> Metric:
    """One metric, given as one or as a mapping of its attributes.

    Parameters:
        phase: of which it is where it does not say.

    Raises:
        InvalidMetricError, InvalidNameError, TooLargeError: it is none.
    """
    if isinstance(item, Metric):
        item = {key: getattr(item, key) for key in _KEYS}
    if not isinstance(item, Mapping) or "name" not in item or "value" not in item or set(item) - set(_KEYS):
        raise InvalidMetricError(f"A metric in a list has the keys {', '.join(_KEYS)}; this one is {shown(item)}.")
    name = check_key("metric", read_text("metric name", item["name"], InvalidMetricError))
    metric = Metric(
        name,
        read_metric_value(name, item["value"]),
        _phase(name, item.get("phase", phase)),
        _dataset(name, item.get("dataset")),
        normalise_slice(item.get("slice")),
    )
    if len("".join(metric.key).encode()) > KEY_BYTES:
        raise TooLargeError(f"The metric {shown(name)} has more than {KEY_BYTES:,} bytes of name, dataset and slice.")
    return metric


def _phase(name: str, phase: object) -> Phase:
    if phase is None:
        return Phase.VALIDATION
    try:
        return Phase(phase if isinstance(phase, str) else "")
    except ValueError:
        raise InvalidMetricError(
            f"The metric {name!r} is of the phase {shown(phase)}; the phases are {', '.join(Phase)}."
        ) from None


def _dataset(name: str, dataset: object) -> str:
    if dataset is None or dataset == "":
        return ""
    kind = f"dataset of the metric {name!r}"
    return check_key(kind, read_text(kind, dataset, InvalidMetricError))


def _number(value: object) -> float | None:
    # numpy's booleans are not Python's, and have __float__.
    if isinstance(value, bool) or getattr(getattr(value, "dtype", None), "kind", "") == "b":
        return None
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value.strip()) else _not_finite(value)
    try:
        return float(value) if hasattr(value, "__float__") else None
    except OverflowError:
        return math.inf
    except Exception:  # whatever an object's own conversion raises
        return None


def _not_finite(text: str) -> float | None:
    """NaN and the infinities, told apart from text that spells no number at all."""
    return math.nan if text.strip().lower().lstrip("+-") in ("nan", "inf", "infinity") else None


def _described(metric: Metric) -> str:
    where = f" on dataset {metric.dataset}" if metric.dataset else ""
    part = f" on slice {metric.slice}" if metric.slice else ""
    return f"{metric.name!r}{where}{part} of the phase {metric.phase}"
