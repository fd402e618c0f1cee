"""Versions to be searched, written straight into the tables: many are there in no time, and at any moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry import Phase, Registry
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.database.base import Base
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.rows import head_columns
from airflow_provider_registry.registry.versions.tables import (
    ArtifactRow,
    MetricRow,
    ParamRow,
    Storage,
    TagRow,
    VersionRow,
)

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
Place = tuple[str, Phase, str, str]


def measured(name: str, phase: Phase = Phase.VALIDATION, dataset: str = "", slice: str = "") -> Place:
    """Where a metric was measured."""
    return name, phase, dataset, slice


@dataclass(frozen=True)
class Sample:
    """A version to be; its number follows from the order of its model's samples."""

    model: str = "churn"
    team: str | None = None
    created_at: datetime = BEGIN
    created_by: str = "ana"
    digest: str = "0" * 64
    dag_id: str | None = None
    run_id: str | None = None
    task_id: str | None = None
    archived: bool = False
    metrics: Mapping[Place, float] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()


def settle(registry: Registry, samples: Iterable[Sample]) -> dict[str, Sample]:
    """Write samples of new models as versions; gives them by reference, in the order of their ids."""
    models: dict[str, list[Sample]] = {}
    for sample in samples:
        models.setdefault(sample.model, []).append(sample)
    numbered = {
        f"models:/{model}/{number}": sample for model, its in models.items() for number, sample in enumerate(its, 1)
    }
    with registry.engine.begin() as connection:
        for its in models.values():
            _settle_model(connection, its)
    return numbered


def found(registry: Registry, filter: str, **more: Any) -> list[str]:
    """The references that a search finds on its first page, which holds all of them."""
    page = registry.search_versions(filter, page_size=1_000, **more)
    assert page.next_page_token is None
    return [version.reference for version in page]


def walk(registry: Registry, filter: str = "", page_size: int = 3, *, full: bool = True, **more: Any) -> list[str]:
    """The references that a search finds, page by page; each page before the last one is to be full, or need not be."""
    references: list[str] = []
    token = None
    while True:
        page = registry.search_versions(filter, page_size=page_size, page_token=token, **more)
        references += [version.reference for version in page]
        token = page.next_page_token
        if token is None:
            return references
        assert page_size == len(page) or not full


def minutes(number: int) -> datetime:
    """So many minutes after the beginning."""
    return BEGIN + timedelta(minutes=number)


def _settle_model(connection: Connection, samples: Sequence[Sample]) -> None:
    model = samples[0]
    row = {
        "name": model.model,
        "team": model.team,
        "description": "",
        "created_at": BEGIN,
        "created_by": "ana",
        "last_version": len(samples),
        "head_seq": 0,
        "head_hash": "",
        "head_at": BEGIN,
    }
    model_id = connection.execute(insert(ModelRow).values(row).returning(ModelRow.id)).scalar_one()
    name = {"folded": model.model.casefold(), "name": model.model, "model_id": model_id, "since": BEGIN}
    connection.execute(insert(ModelNameRow).values(name))
    _insert(connection, ArtifactRow, [_artifact(model_id, digest) for digest in {each.digest for each in samples}])
    statement = insert(_table(VersionRow)).returning(VersionRow.id, sort_by_parameter_order=True)
    rows = [_version(model_id, number, sample) for number, sample in enumerate(samples, 1)]
    placed = list(zip(connection.execute(statement, rows).scalars().all(), samples, strict=True))
    _insert(connection, MetricRow, [row for id, sample in placed for row in _metrics(id, sample)])
    _insert(
        connection, TagRow, [{"version_id": id, **head_columns(*tag)} for id, s in placed for tag in s.tags.items()]
    )
    _insert(
        connection,
        ParamRow,
        [{"version_id": id, **head_columns(*param)} for id, s in placed for param in s.params.items()],
    )
    for seq, (id, alias) in enumerate(((id, alias) for id, sample in placed for alias in sample.aliases), 1):
        _point(connection, model_id, id, alias, -seq)


def _point(connection: Connection, model_id: int, version_id: int, alias: str, seq: int) -> None:
    event = {
        "model_id": model_id,
        "seq": seq,
        "type": EventType.ALIAS_PROMOTED,
        "at": BEGIN,
        "act_key": f"{version_id}-{alias}",
        "fingerprint": "",
        "body": b"",
        "hash": "",
    }
    event_id = connection.execute(insert(EventRow).values(event).returning(EventRow.id)).scalar_one()
    row = {"model_id": model_id, "name": alias, "folded": alias.casefold()}
    alias_id = connection.execute(insert(AliasRow).values(row).returning(AliasRow.id)).scalar_one()
    held = {"version_id": version_id, "alias_id": alias_id, "from_at": BEGIN, "set_by_event": event_id}
    connection.execute(insert(AssignmentRow).values(model_id=model_id, **held))


def _insert(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(_table(table)), rows)


def _table(rows: type[Base]) -> Table:
    table = rows.__table__
    assert isinstance(table, Table)
    return table


def _artifact(model_id: int, digest: str) -> dict[str, Any]:
    return {"model_id": model_id, "digest": digest, "manifest": b"", "size": 1, "file_count": 1}


def _version(model_id: int, number: int, sample: Sample) -> dict[str, Any]:
    same = ("digest", "created_at", "created_by", "dag_id", "run_id", "task_id")
    return {
        "model_id": model_id,
        "version": number,
        "uri": "file:///nowhere",
        "storage": Storage.MANAGED,
        "mutable": False,
        "description": "",
        "metadata": {},
        "is_test": False,
        "archived_at": BEGIN if sample.archived else None,
        **{name: getattr(sample, name) for name in same},
    }


def _metrics(version_id: int, sample: Sample) -> Iterator[dict[str, Any]]:
    for (name, phase, dataset, slice), value in sample.metrics.items():
        yield {
            "version_id": version_id,
            "name": name,
            "phase": phase,
            "dataset": dataset,
            "slice": slice,
            "value": value,
        }
