"""Applying retention: archive what is no longer kept, purge what has been archived for long, and remove its bytes.

Each version is archived, and each artifact purged, in an act of its own, which looks again under the model's lock.
Bytes go afterwards, by the hand of `gc`: whoever kills this between leaves purged versions with bytes, which the next
run, or the next `gc`, removes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.clock import read_clock
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.retention.acts import archive_by_retention, purge
from airflow_provider_registry.registry.retention.plan import Plan, Standing, make_plan
from airflow_provider_registry.registry.retention.queries import models_with_retention, standings_of_model
from airflow_provider_registry.registry.retention.retention import Retention
from airflow_provider_registry.registry.retention.views import Fate, ModelRetention, RetentionReport, VersionFate
from airflow_provider_registry.registry.storage.gc import collect_purged, refuse_foreign_root
from airflow_provider_registry.registry.versions.needed import Scope


def apply_retention(core: Core, model_name: str | None, dry_run: bool) -> RetentionReport:
    """Apply the retention of one model, or of all; see `Registry.apply_retention`."""
    refuse_foreign_root(core)
    done = {row["id"]: _of_model(core, row, dry_run) for row in models_with_retention(core, model_name)}
    also = {
        (model_id, each.digest)
        for model_id, model in done.items()
        for each in model.versions
        if dry_run and each.fate is Fate.PURGED
    }
    won = collect_purged(core, model_name, also, dry_run)
    models = (replace(model, bytes_won=won.get(model_id, 0)) for model_id, model in done.items())
    return RetentionReport(tuple(models), sum(won.values()), dry_run)


def _of_model(core: Core, model: Row, dry_run: bool) -> ModelRetention:
    retention = Retention.parse(model["retention"])

    def read(connection: Connection) -> tuple[list[Standing], Plan]:
        at = read_clock(connection)
        standings = standings_of_model(Scope(connection, model["id"], at))
        return standings, make_plan(retention, standings, model["last_version"], at)

    standings, plan = core.read(read)
    kept = dict(plan.kept) if dry_run else {**plan.kept, **_carry_out(core, model, plan, retention)}
    return ModelRetention(model["name"], retention, tuple(_fates(standings, kept)))


def _carry_out(core: Core, model: Row, plan: Plan, retention: Retention) -> dict[int, str]:
    """Do what a plan says; gives what is kept after all, and why."""
    kept: dict[int, str] = {}
    for standing in plan.archive:
        why = archive_by_retention(core, model, standing, retention)
        kept |= {standing.version: why} if why is not None else {}
    for group in plan.purge:
        why = purge(core, model, group[0].digest, retention)
        kept |= dict.fromkeys((each.version for each in group), why) if why is not None else {}
    return kept


def _fates(standings: Iterable[Standing], kept: Mapping[int, str]) -> Iterator[VersionFate]:
    for each in standings:
        fate = Fate.ARCHIVED if each.archived_at is None else Fate.PURGED
        fate = Fate.KEPT if each.version in kept else fate
        yield VersionFate(each.version, each.digest, each.size, fate, kept.get(each.version, ""))
