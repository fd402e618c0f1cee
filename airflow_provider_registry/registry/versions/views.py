"""What callers see of model versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from airflow_provider_registry.errors import NotFoundError
from airflow_provider_registry.registry.caller import Producer
from airflow_provider_registry.registry.versions.inputs import Input
from airflow_provider_registry.registry.versions.metrics import Metric, Phase
from airflow_provider_registry.registry.versions.tables import Storage


class AnsweredBy(StrEnum):
    """Why it is this version that a reference names."""

    VERSION = "version"
    HOLDER = "holder"
    ROUTE = "route"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True)
class ResolvedVersion:
    """Which version a reference names, and no more: one round trip.

    Attributes:
        digest: sha256 of the artifact's canonical manifest.
        uri: where the artifact lies.
        answered_by: whether it was named by its number, holds the alias, or has a route beside the holder.
    """

    model_name: str
    version: int
    digest: str
    uri: str
    answered_by: AnsweredBy

    @property
    def reference(self) -> str:
        """The version by its number: `models:/churn/3`."""
        return f"models:/{self.model_name}/{self.version}"


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A model version, as it was when it was read.

    Attributes:
        digest: sha256 of the artifact's canonical manifest.
        uri: where the artifact lies.
        mutable: others could change the bytes, so that protected aliases refuse it.
        size: of the artifact, in bytes.
        params: as text.
        producer: the task that made it; None where none was said.
        environment_digest: of the Python environment it was made in; see `Registry.environment`.
        training_duration: seconds.
        supersedes: the version that the same task of the same run made before; None where it made none.
        is_test: made by `airflow dags test`.
        aliases: that point at it now.
        overdue: those of them for which it is overdue for a review.
        purged_at: when retention removed its bytes, UTC; None while they are there. What is known of it stays.
        event: place in the model's record of its registration, as whoever registers it learns; None for all others.
    """

    model_name: str
    version: int
    digest: str
    uri: str
    storage: Storage
    mutable: bool
    size: int
    file_count: int
    description: str
    metadata: Mapping[str, Any]
    metrics: tuple[Metric, ...]
    params: Mapping[str, str]
    tags: Mapping[str, str]
    inputs: tuple[Input, ...]
    producer: Producer | None
    environment_digest: str | None
    training_duration: float | None
    code_revision: str | None
    supersedes: int | None
    is_test: bool
    aliases: tuple[str, ...]
    created_at: datetime
    created_by: str
    archived_at: datetime | None
    purged_at: datetime | None = None
    overdue: tuple[str, ...] = ()
    event: int | None = None

    @property
    def reference(self) -> str:
        """The version by its number: `models:/churn/3`."""
        return f"models:/{self.model_name}/{self.version}"

    def metric(self, name: str, phase: Phase = Phase.VALIDATION, dataset: str = "", slice: str = "") -> float:
        """The value of one metric.

        Raises:
            NotFoundError: it was not measured there.
        """
        for metric in self.metrics:
            if metric.key == (phase.value, name, dataset, slice):
                return metric.value
        where = "".join(f", {key} {value!r}" for key, value in (("dataset", dataset), ("slice", slice)) if value)
        raise NotFoundError(f"{self.reference} has no metric {name!r} of phase {phase.value}{where}.")

    def as_mapping(self) -> dict[str, Any]:
        """What a task hands on: small, JSON, the same on every retry."""
        return {
            "model_name": self.model_name,
            "version": self.version,
            "digest": self.digest,
            "uri": self.uri,
            "reference": self.reference,
        }
