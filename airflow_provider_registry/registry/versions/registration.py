"""A registration: everything that is said of a new version, read and checked before a byte is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import InvalidInputError, ReservedTagError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import check_text
from airflow_provider_registry.registry.caller import Producer
from airflow_provider_registry.registry.versions.details import read_params, read_tags
from airflow_provider_registry.registry.versions.environment import Environment, read_environment
from airflow_provider_registry.registry.versions.inputs import Input, read_inputs
from airflow_provider_registry.registry.versions.metadata import read_metadata
from airflow_provider_registry.registry.versions.metrics import Metric, metrics_digest, read_metrics

# Set by the registry on what `airflow dags test` makes.
TEST_TAG = "test"


@dataclass(frozen=True)
class Registration:
    """What is said of a version beside its bytes."""

    metrics: tuple[Metric, ...]
    params: Mapping[str, str]
    tags: Mapping[str, str]
    inputs: tuple[Input, ...]
    metadata: Mapping[str, Any]
    description: str
    environment: Environment | None
    training_duration: float | None
    producer: Producer | None

    @classmethod
    def read(
        cls,
        *,
        metrics: object = None,
        params: object = None,
        tags: object = None,
        inputs: object = None,
        metadata: object = None,
        description: str | None = "",
        environment: Mapping[str, Any] | bool = True,
        training_duration: float | None = None,
        producer: Producer | None = None,
    ) -> Registration:
        """Read what a caller gave; see `Registry.register_version`.

        Raises:
            InvalidInputError: one of its children, naming what cannot be taken.
        """
        is_test = producer is not None and producer.is_test
        said_tags = read_tags(tags)
        if TEST_TAG in said_tags and not is_test:
            raise ReservedTagError(f"The tag {TEST_TAG!r} is the registry's own, for what `airflow dags test` made.")
        return cls(
            metrics=read_metrics(metrics),
            params=read_params(params),
            tags={**said_tags, **({TEST_TAG: "true"} if is_test else {})},
            inputs=read_inputs(inputs),
            metadata=read_metadata(metadata),
            description=check_text("description", "" if description is None else description),
            environment=read_environment(environment),
            training_duration=_duration(training_duration),
            producer=producer,
        )

    @property
    def metrics_digest(self) -> str:
        """What gate reports are bound to."""
        return metrics_digest(self.metrics)

    def private(self) -> dict[str, Any]:
        """The erasable part of the event: digests of what may be free text, and who stands behind the producer."""
        parts = {"params": dict(self.params), "metadata": dict(self.metadata), "description": self.description}
        digests: dict[str, Any] = {f"{name}_sha256": sha256_of(value) for name, value in parts.items() if value}
        # Each by itself, since each may be set and removed later; none, unlike nothing, says that there were none.
        digests["tags_sha256"] = {key: sha256_of(value) for key, value in self.tags.items()}
        return {**digests, **(self.producer.persons if self.producer else {})}


def _duration(seconds: float | None) -> float | None:
    if seconds is None:
        return None
    try:
        value = float(seconds)
    except Exception:  # whatever an object's own conversion raises
        value = -1.0
    if not 0 <= value < float("inf"):
        raise InvalidInputError(f"The training duration {shown(seconds)} is not a number of seconds.")
    return value
