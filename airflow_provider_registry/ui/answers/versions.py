"""Model versions, what the gates said of them, and two of them side by side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.policies.gate_kinds import Severity
from airflow_provider_registry.registry.versions.compare import Aspect
from airflow_provider_registry.registry.versions.metrics import Phase
from airflow_provider_registry.registry.versions.tables import Storage
from airflow_provider_registry.ui.answers.base import Answer, Described


class Metric(Answer):
    """One measured value; `dataset` and `slice` are empty for the whole of what was measured."""

    name: str
    value: float
    phase: Phase
    dataset: str
    slice: str


class Input(Answer):
    """A dataset that the version was trained on."""

    name: str
    uri: str
    digest: str
    rows: int | None


class Producer(Answer):
    """The task that made the version."""

    dag_id: str | None
    task_id: str | None
    run_id: str | None
    map_index: int
    try_number: int | None
    instance_id: str | None
    run_type: str | None
    logical_date: datetime | None
    data_interval_start: datetime | None
    data_interval_end: datetime | None
    dag_version: str | None
    code_revision: str | None
    is_test: bool


class Version(Answer):
    """A model version."""

    model_name: str
    version: int
    reference: str
    digest: str
    uri: str
    storage: Storage
    mutable: bool
    size: int = Field(description="Bytes.")
    file_count: int
    description: str
    metadata: Mapping[str, Any]
    metrics: list[Metric]
    params: Mapping[str, str]
    tags: Mapping[str, str]
    inputs: list[Input]
    producer: Producer | None
    environment_digest: str | None
    training_duration: float | None = Field(description="Seconds.")
    code_revision: str | None
    supersedes: int | None
    is_test: bool
    aliases: list[str]
    overdue: list[str]
    created_at: datetime
    created_by: str
    archived_at: datetime | None
    purged_at: datetime | None


class DetailedVersion(Version, Described):
    """A model version by itself."""


class VersionPage(Answer):
    """Some versions, and where to go on."""

    versions: list[Version]
    next_page_token: str | None


class File(Answer):
    """A file of a version's artifact."""

    path: str
    size: int = Field(description="Bytes.")
    sha256: str


class Files(Answer):
    """Some files, by path."""

    files: list[File]
    next: int | None = Field(description="The `first` of the files after these; null on the last page.")


class Span(Answer):
    """Some neighbouring values of a metric over time; one value, where there are few enough."""

    window_from: datetime
    window_to: datetime
    minimum: float
    maximum: float
    mean: float
    count: int
    revision: int


class Series(Answer):
    """A metric over time."""

    name: str
    phase: Phase
    dataset: str
    slice: str
    spans: list[Span]


class GateResult(Answer):
    """What one gate said."""

    gate: str
    kind: str
    severity: Severity
    verdict: Verdict
    reason: str
    candidate_value: float | None
    baseline_value: float | None
    bound: float | None
    change: float | None
    cause: Cause | None


class GateReport(Answer):
    """What all gates of a policy said of one version."""

    report_id: int | None
    model_name: str
    version: int
    alias: str
    passed: bool
    errored: bool
    baseline_version: int | None
    digest_of_report: str
    policy_digest: str
    created_at: datetime | None
    results: list[GateResult]


class Compared(Answer):
    """One thing, as it is in either version; null where that version has none."""

    aspect: Aspect
    name: str
    first: str | int | float | None
    second: str | int | float | None
    equal: bool
    change: float | None = Field(description="By how much the second is more; null where one is no number.")


class Comparison(Answer):
    """Two versions side by side."""

    first: Version
    second: Version
    rows: list[Compared]
