"""Reading stored gate reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import Integer, String, column, func, select
from sqlalchemy.orm import aliased

from airflow_provider_registry.names import check_alias, check_model_name, fold
from airflow_provider_registry.references import MAX_VERSION
from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.asked import asked_table
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.gates.assess import report_of
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.limits import check_whole
from airflow_provider_registry.registry.models.tables import ModelNameRow
from airflow_provider_registry.registry.named import each_named
from airflow_provider_registry.registry.versions.numbered import has_number
from airflow_provider_registry.registry.versions.tables import VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows


def gate_reports(
    core: Core, version: Row, alias: str | None, limit: int | None = None, before: int | None = None
) -> list[GateReport]:
    """The stored reports of a version, oldest first; of a limit, the newest."""
    ids = select(GateReportRow.id).where(GateReportRow.version_id == version["id"])
    if alias is not None:
        wanted = AliasRow.folded == fold(check_alias(alias))
        ids = ids.join(AliasRow, AliasRow.id == GateReportRow.alias_id).where(wanted)
    if before is not None:
        ids = ids.where(GateReportRow.id < before)
    # By an index that has the ids: the reports themselves are long.
    newest = ids.order_by(GateReportRow.id.desc()).limit(limit).subquery()
    statement = select(GateReportRow.__table__).join(newest, newest.c.id == GateReportRow.id)
    return [report_of(row) for row in core.rows(statement.order_by(GateReportRow.id))]


Named = tuple[str, int]
"""A model's name and a version's number, as a user writes them."""


def newest_gate_reports(core: Core, named: Iterable[Named]) -> dict[Named, GateReport]:
    """The newest stored report of each of many versions; see `Registry.newest_gate_reports`."""
    asked: dict[Named, list[Named]] = {}
    for model, version in each_named(named, "model name", "version"):
        folded = (fold(check_model_name(model)), check_whole("version", version, MAX_VERSION))
        asked.setdefault(folded, []).append((model, version))
    if not asked:
        return {}
    rows = core.rows(_select_newest(core.engine.dialect.name, asked))
    return {name: report_of(row) for row in rows for name in asked[row["asked_model"], row["asked_version"]]}


def _select_newest(dialect: str, folded: Iterable[Named]) -> Rows:
    asked = asked_table(dialect, folded, column("model", String()), column("version", Integer()))
    model = select(ModelNameRow.model_id).where(ModelNameRow.folded == asked.c.model).correlate(asked)
    its = (VersionRow.model_id == model.scalar_subquery(), has_number(asked.c.version))
    version = select(VersionRow.id).where(*its).correlate(asked)
    same = aliased(GateReportRow)
    # By the index of a version's reports: for the largest of plain ids, PostgreSQL goes through everybody's, backwards.
    newest = select(func.max(same.id + 0)).where(same.version_id == version.scalar_subquery()).scalar_subquery()
    return select(
        GateReportRow.__table__, asked.c.model.label("asked_model"), asked.c.version.label("asked_version")
    ).join_from(asked, GateReportRow, GateReportRow.id == newest)
