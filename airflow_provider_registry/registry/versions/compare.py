"""Two model versions side by side: what a person looks at before letting one take the place of the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.canonical import canonical_json
from airflow_provider_registry.registry.versions.inputs import Input
from airflow_provider_registry.registry.versions.metrics import Metric, Phase
from airflow_provider_registry.registry.versions.views import ModelVersion

Value = str | int | float | None
"""One side of a comparison; None where that version has no such thing."""


class Aspect(StrEnum):
    """What of a version is compared, in the order in which it is shown."""

    METRIC = "metric"
    PARAM = "param"
    INPUT = "input"
    METADATA = "metadata"
    PRODUCER = "producer"
    ENVIRONMENT = "environment"
    ARTIFACT = "artifact"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing, as it is in either version.

    Attributes:
        name: within its aspect: `auc`, `auc[slice='country=NO']`, `customers.rows`, `numpy`, `model/weights.bin`.
        first: its value in the first version; None where that has none.
        second: its value in the second version; None where that has none.
    """

    aspect: Aspect
    name: str
    first: Value
    second: Value

    @property
    def equal(self) -> bool:
        """Whether both versions have the same."""
        return self.first == self.second

    @property
    def change(self) -> float | None:
        """By how much the second is more than the first; None where one of them is no number."""
        if isinstance(self.first, str) or isinstance(self.second, str) or self.first is None or self.second is None:
            return None
        return self.second - self.first

    def as_mapping(self) -> dict[str, Any]:
        """JSON-able."""
        sides = {"first": self.first, "second": self.second, "change": self.change}
        return {"aspect": self.aspect.value, "name": self.name, **sides}


@dataclass(frozen=True, slots=True)
class VersionComparison:
    """Two versions side by side.

    Attributes:
        rows: everything that either of them has, equal things too, by aspect and name.
    """

    first: ModelVersion
    second: ModelVersion
    rows: tuple[Compared, ...]

    @property
    def different(self) -> tuple[Compared, ...]:
        """What is not the same in both."""
        return tuple(row for row in self.rows if not row.equal)

    def of(self, aspect: Aspect) -> tuple[Compared, ...]:
        """The rows of one aspect."""
        return tuple(row for row in self.rows if row.aspect is aspect)


@dataclass(frozen=True, slots=True)
class Side:
    """A version, and what is kept beside it.

    Attributes:
        environment: the Python environment it was made in; None where it was not captured.
    """

    version: ModelVersion
    environment: Mapping[str, Any] | None
    manifest: Manifest


def compare(first: Side, second: Side) -> VersionComparison:
    """Put two versions side by side, of one model or of two."""
    rows = []
    # Beside nothing, every distribution of an environment would be a difference: then its digest says enough.
    listed = first.environment is not None and second.environment is not None
    for (aspect, left), (_, right) in zip(_aspects(first, listed), _aspects(second, listed), strict=True):
        rows += [Compared(aspect, name, left.get(name), right.get(name)) for name in sorted({*left, *right})]
    return VersionComparison(first.version, second.version, tuple(rows))


def metric_label(metric: Metric) -> str:
    """A metric's name and where it was measured, as a search writes it: `auc[phase=training, slice='country=NO']`."""
    place = [] if metric.phase is Phase.VALIDATION else [f"phase={metric.phase}"]
    place += [f"{key}='{value}'" for key, value in (("dataset", metric.dataset), ("slice", metric.slice)) if value]
    return f"{metric.name}[{', '.join(place)}]" if place else metric.name


def _aspects(side: Side, listed: bool) -> Iterator[tuple[Aspect, dict[str, Value]]]:
    version = side.version
    yield Aspect.METRIC, {metric_label(metric): metric.value for metric in version.metrics}
    yield Aspect.PARAM, dict(version.params)
    yield Aspect.INPUT, dict(_inputs(version.inputs))
    yield Aspect.METADATA, {name: _text(value) for name, value in version.metadata.items()}
    yield Aspect.PRODUCER, _producer(version)
    yield Aspect.ENVIRONMENT, dict(_environment(side.environment if listed else None, version.environment_digest))
    yield Aspect.ARTIFACT, {"digest": version.digest, "size": version.size, "files": version.file_count}
    yield Aspect.FILE, {file.path: file.sha256 for file in side.manifest.files}


def _inputs(inputs: Iterable[Input]) -> Iterator[tuple[str, Value]]:
    seen: dict[str, int] = {}
    for item in inputs:
        seen[item.name] = seen.get(item.name, 0) + 1
        # Names may stand twice; then they are told apart by their order.
        name = item.name if seen[item.name] == 1 else f"{item.name} ({seen[item.name]})"
        said = {"uri": item.uri or None, "digest": item.digest or None, "rows": item.rows}
        known = {key: value for key, value in said.items() if value is not None}
        yield from ((f"{name}.{key}", value) for key, value in known.items())
        if not known:
            yield name, "given"


def _producer(version: ModelVersion) -> dict[str, Value]:
    said = {} if version.producer is None else version.producer.as_mapping()
    if said.get("map_index") == -1:  # a task that is not mapped
        del said["map_index"]
    said |= {"code_revision": version.code_revision, "training_duration": version.training_duration}
    return {key: value if _is_number(value) else _text(value) for key, value in said.items() if value is not None}


def _environment(body: Mapping[str, Any] | None, digest: str | None) -> Iterator[tuple[str, Value]]:
    """The interpreter's parts, each distribution by its name, and whatever else a registration said of it."""
    if body is None:
        yield from [] if digest is None else [("digest", digest)]
        return
    for name, value in body.items():
        if name == "distributions" and isinstance(value, list) and all(map(_is_distribution, value)):
            yield from ((item["name"].lower(), str(item["version"])) for item in value)
        elif isinstance(value, Mapping):
            yield from ((f"{name}.{key}", _text(item)) for key, item in value.items())
        else:
            yield name, _text(value)


def _is_distribution(item: object) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("name"), str) and "version" in item


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: object) -> str:
    return value if isinstance(value, str) else canonical_json(value).decode()
