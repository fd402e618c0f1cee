"""Reading stored gate reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import Integer, String, and_, column, func, select
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
from airflow_provider_registry.registry.versions.tables import VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows


def gate_reports(core: Core, version: Row, alias: str | None) -> list[GateReport]:
    """The stored reports of a version, oldest first."""
    statement = select(GateReportRow.__table__).where(GateReportRow.version_id == version["id"])
    if alias is not None:
        wanted = AliasRow.folded == fold(check_alias(alias))
        statement = statement.join(AliasRow, AliasRow.id == GateReportRow.alias_id).where(wanted)
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
    same = aliased(GateReportRow)
    newest = select(func.max(same.id)).where(same.version_id == VersionRow.id).scalar_subquery()
    return (
        select(GateReportRow.__table__, asked.c.model.label("asked_model"), asked.c.version.label("asked_version"))
        .select_from(asked)
        .join(ModelNameRow, ModelNameRow.folded == asked.c.model)
        .join(VersionRow, and_(VersionRow.model_id == ModelNameRow.model_id, VersionRow.version == asked.c.version))
        .join(GateReportRow, GateReportRow.id == newest)
    )
