"""What gates read of a version: all of it is given, so that gates need neither database nor store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from airflow_provider_registry.registry.cards.views import CardRevision
from airflow_provider_registry.registry.checks.views import RecordedCheck
from airflow_provider_registry.registry.metrics.newest import NewestWindows
from airflow_provider_registry.registry.scans.views import RecordedScan
from airflow_provider_registry.registry.signatures.verified import Verified
from airflow_provider_registry.registry.versions.metrics import Metric


@dataclass(frozen=True, slots=True)
class Evidence:
    """A version as its gates see it.

    Attributes:
        model_name: the registered model.
        version: the number of the version.
        digest: the sha256 of its manifest.
        metrics: its metric rows, of all phases.
        metadata: its metadata.
        metadata_schema: the schema of its model, None where it has none.
        bytes_checked_at: when its stored bytes were last found right, aware and in UTC; None for never.
        bytes_problem: what was wrong with the stored bytes when they were last checked; None for nothing.
        aliases_held: the aliases that it holds or has held, as `names.fold` gives them.
        over_time: what was recorded of it over time, newest windows first, as far as the policy reads it.
        checks: the newest outcome of each check that the policy asks for, by name, as far as there is one.
        card: the newest revision of its card, where the policy asks for one and there is one.
        scan: the newest scan of its files; None where there is none, or the policy asks for none.
        signatures: of its bytes, newest first, with what verifying them found; none where the policy asks for none.
    """

    model_name: str
    version: int
    digest: str
    metrics: tuple[Metric, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    metadata_schema: Mapping[str, Any] | None = None
    bytes_checked_at: datetime | None = None
    bytes_problem: str | None = None
    aliases_held: frozenset[str] = frozenset()
    over_time: tuple[NewestWindows, ...] = ()
    checks: Mapping[str, RecordedCheck] = field(default_factory=dict)
    card: CardRevision | None = None
    scan: RecordedScan | None = None
    signatures: tuple[Verified, ...] = ()
