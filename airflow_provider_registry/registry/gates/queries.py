"""Reading stored gate reports."""

from __future__ import annotations

from sqlalchemy import select

from airflow_provider_registry.names import check_alias, fold
from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.gates.assess import report_of
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.gates.tables import GateReportRow


def gate_reports(core: Core, version: Row, alias: str | None) -> list[GateReport]:
    """The stored reports of a version, oldest first."""
    statement = select(GateReportRow.__table__).where(GateReportRow.version_id == version["id"])
    if alias is not None:
        wanted = AliasRow.folded == fold(check_alias(alias))
        statement = statement.join(AliasRow, AliasRow.id == GateReportRow.alias_id).where(wanted)
    return [report_of(row) for row in core.rows(statement.order_by(GateReportRow.id))]
