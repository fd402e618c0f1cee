"""What a card is made of: everything that the registry knows of a version, read at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from airflow_provider_registry.registry.aliases.queries import history
from airflow_provider_registry.registry.aliases.views import Assignment
from airflow_provider_registry.registry.cards.queries import asked_newest, view
from airflow_provider_registry.registry.cards.views import CardRevision
from airflow_provider_registry.registry.checks.queries import OF_VERSION as CHECKS
from airflow_provider_registry.registry.checks.queries import view as view_of_check
from airflow_provider_registry.registry.checks.views import RecordedCheck
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.gates.queries import gate_reports
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.metrics.queries import Wanted, thinned
from airflow_provider_registry.registry.metrics.tables import SeriesRow
from airflow_provider_registry.registry.metrics.views import MetricSeries
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.views import RecordHead
from airflow_provider_registry.registry.requests.queries import requests_of_version
from airflow_provider_registry.registry.requests.views import PromotionRequest
from airflow_provider_registry.registry.storage.ownership import registry_id
from airflow_provider_registry.registry.versions.metrics import Phase
from airflow_provider_registry.registry.versions.queries import load_versions
from airflow_provider_registry.registry.versions.tables import EnvironmentRow, MetricRow, VersionRow
from airflow_provider_registry.registry.versions.views import ModelVersion

PLOTTED = 6
_VERSIONS = 12
_SERIES, _SPANS = 12, 90


@dataclass(frozen=True)
class Material:
    """A version, and what there is beside it.

    Attributes:
        registry_id: which registry this is.
        team: that owns the model; '' for none.
        about: the model's description.
        head: of the model's record; what follows is as it was then.
        head_at: time of its last event.
        written: the newest revision of what people wrote; None for nothing.
        reports: the newest gate report for each alias.
        held: every stay of every alias of the model, oldest first.
        requests: those of the version, oldest first.
        checks: the newest outcome of each check.
        trend: of up to six metrics of the phase validation over whole datasets, the value of each of the last
            versions, by name.
        over_time: what was measured in production, thinned: up to twelve series, those of no slice first.
    """

    registry_id: str
    team: str
    about: str
    head: RecordHead
    head_at: datetime
    version: ModelVersion
    written: CardRevision | None
    environment: Mapping[str, Any]
    reports: tuple[GateReport, ...]
    held: tuple[Assignment, ...]
    requests: tuple[PromotionRequest, ...]
    checks: tuple[RecordedCheck, ...]
    trend: Mapping[str, tuple[tuple[int, float], ...]]
    over_time: tuple[MetricSeries, ...]


def gather(core: Core, row: Row) -> Material:
    """Everything that is known of a version.

    Parameters:
        core: at one moment (`moment.at_one_moment`), so that nothing contradicts anything else.
        row: of the version, as `find_version` gives it.
    """
    columns = (ModelRow.name, ModelRow.team, ModelRow.description, ModelRow.head_seq, ModelRow.head_hash)
    model = core.first(select(*columns, ModelRow.head_at).where(ModelRow.id == row["model_id"]))
    assert model is not None, "a foreign key"
    (version,) = load_versions(core, [row])
    statement, which = asked_newest(row["id"])
    written = [view(found) for found in core.ask(statement, **which)]
    checks = {found["name"]: view_of_check(found) for found in reversed(core.ask(CHECKS, version_id=row["id"]))}
    return Material(
        registry_id=registry_id(core),
        team=model["team"] or "",
        about=model["description"],
        head=RecordHead(model["name"], model["head_seq"], model["head_hash"]),
        head_at=model["head_at"],
        version=version,
        written=written[0] if written else None,
        environment=_environment(core, version.environment_digest),
        reports=tuple({report.alias: report for report in gate_reports(core, row, None)}.values()),
        held=tuple(history(core, model["name"], None)),
        requests=tuple(reversed(requests_of_version(core, row["id"]))),
        checks=tuple(checks[name] for name in sorted(checks)),
        trend=_trend(core, row, version),
        over_time=_over_time(core, row),
    )


def _environment(core: Core, digest: str | None) -> Mapping[str, Any]:
    found = core.first(select(EnvironmentRow.body).where(EnvironmentRow.digest == digest)) if digest else None
    return found["body"] if found else {}


def _trend(core: Core, row: Row, version: ModelVersion) -> dict[str, tuple[tuple[int, float], ...]]:
    """Where a metric was measured on several datasets, there is no one value, and no trend."""
    whole = [metric for metric in version.metrics if metric.phase is Phase.VALIDATION and not metric.slice]
    names = [metric.name for metric in whole]
    plotted = [(metric.name, metric.dataset) for metric in whole if names.count(metric.name) == 1][:PLOTTED]
    statement = (
        select(VersionRow.version, MetricRow.name, MetricRow.dataset, MetricRow.value)
        .join(MetricRow, MetricRow.version_id == VersionRow.id)
        .where(VersionRow.model_id == row["model_id"])
        .where(VersionRow.version.between(row["version"] - _VERSIONS + 1, row["version"]))
        .where(MetricRow.phase == Phase.VALIDATION, MetricRow.slice == "")
        .where(MetricRow.name.in_([name for name, _ in plotted]))
        .order_by(VersionRow.version)
    )
    rows = core.rows(statement) if plotted else []
    return {name: _values(rows, name, dataset) for name, dataset in plotted}


def _over_time(core: Core, row: Row) -> tuple[MetricSeries, ...]:
    mine = (SeriesRow.version_id == row["id"], SeriesRow.phase == Phase.PRODUCTION)
    order = (SeriesRow.slice, SeriesRow.name, SeriesRow.dataset)
    series = core.rows(select(SeriesRow.__table__).where(*mine).order_by(*order).limit(_SERIES))
    return thinned(core, Wanted(series), _SPANS)


def _values(rows: Sequence[Row], name: str, dataset: str) -> tuple[tuple[int, float], ...]:
    return tuple((row["version"], row["value"]) for row in rows if (row["name"], row["dataset"]) == (name, dataset))
