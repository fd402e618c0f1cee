"""Checking that gate reports are what the record says of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any, NoReturn

from sqlalchemy import Connection, select

from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.record.events import EventType
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import VersionRow

# Raises, with the place of the event that is contradicted and how.
Fail = Callable[[int, str], NoReturn]

_JUDGED = (EventType.VERSION_VALIDATED, EventType.ALIAS_PROMOTED, EventType.REQUEST_OPENED)


def check_reports(connection: Connection, model_id: int, fail: Fail) -> None:
    """Each gate report is the one that its event means; a validation without one has lost it."""
    shown = _reports(connection, model_id)
    statement = select(EventRow.id, EventRow.seq, EventRow.type, EventRow.body)
    mine = (EventRow.model_id == model_id, EventRow.type.in_(_JUDGED))
    for row in connection.execute(statement.where(*mine).order_by(EventRow.seq)).mappings():
        payload: dict[str, Any] = json.loads(row["body"])["payload"]
        validated = row["type"] == EventType.VERSION_VALIDATED
        said = payload if validated else payload.get("report")
        reports = shown.pop(row["id"], [])
        if validated and not reports:
            fail(row["seq"], "its gate report is not there")
        for report in reports:
            if said is None or report != (said["report_digest"], said["passed"]):
                fail(row["seq"], "its gate report is not the one that was stored with it")
    if shown:
        fail(1, "there is a gate report that came with no event of this record")


def _reports(connection: Connection, model_id: int) -> defaultdict[int, list[tuple[str, bool] | None]]:
    """Digest and verdict of the reports of each event; None where the columns beside one say something else."""
    statement = (
        select(
            GateReportRow.event_id,
            GateReportRow.body,
            GateReportRow.digest,
            GateReportRow.passed,
            GateReportRow.metrics_digest,
            GateReportRow.baseline_assignment_id,
            VersionRow.version,
            AliasRow.name.label("alias"),
            PolicyRow.digest.label("policy_digest"),
        )
        .join(VersionRow, VersionRow.id == GateReportRow.version_id)
        .join(AliasRow, AliasRow.id == GateReportRow.alias_id)
        .join(PolicyRow, PolicyRow.id == GateReportRow.policy_id)
        .where(VersionRow.model_id == model_id)
    )
    found: defaultdict[int, list[tuple[str, bool] | None]] = defaultdict(list)
    for row in connection.execute(statement).mappings():
        report = GateReport.from_mapping(row["body"])
        same = (
            report.digest_of_report == row["digest"]
            and report.metrics_digest == row["metrics_digest"]
            and report.baseline_assignment == row["baseline_assignment_id"]
            and (report.version, report.alias) == (row["version"], row["alias"])
            and report.policy_digest == row["policy_digest"]
        )
        found[row["event_id"]].append((report.digest_of_report, row["passed"]) if same else None)
    return found
