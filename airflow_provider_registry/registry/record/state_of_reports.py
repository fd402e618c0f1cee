"""Checking that gate reports are what the record says of them."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Text, and_, or_, select, type_coerce

from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.record.contradiction import UNREADABLE, Fail
from airflow_provider_registry.registry.record.events import EventType
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.within import holds
from airflow_provider_registry.registry.versions.tables import VersionRow

_JUDGED = (EventType.VERSION_VALIDATED, EventType.ALIAS_PROMOTED, EventType.REQUEST_OPENED)

# Of a promotion or a request that rests on a gate report; others, of free aliases, say nothing of any.
_REPORT = b'"report":{'

# Digest, verdict, and when it was stored.
_Shown = tuple[str, bool, datetime]


def check_reports(connection: Connection, model_id: int, fail: Fail) -> None:
    """Each gate report is the one that its event means, and none that an event means is away."""
    shown = _reports(connection, model_id)
    known: set[str] = set()
    statement = select(EventRow.id, EventRow.seq, EventRow.type, EventRow.at, EventRow.body)
    came_with_one = EventRow.id.in_(select(GateReportRow.event_id))
    telling = or_(EventRow.type == EventType.VERSION_VALIDATED, holds(connection, _REPORT), came_with_one)
    mine = (EventRow.model_id == model_id, EventRow.type.in_(_JUDGED), telling)
    for row in connection.execute(statement.where(*mine).order_by(EventRow.seq)).mappings():
        payload: dict[str, Any] = json.loads(row["body"])["payload"]
        validated = row["type"] == EventType.VERSION_VALIDATED
        said = payload if validated else payload.get("report")
        first = next(iter(shown), None)
        reports = shown.pop(row["id"], [])
        for report in reports:
            if said is None or report != (said["report_digest"], said["passed"], row["at"]):
                fail(row["seq"], "its gate report is not the one that was stored with it")
        if len(reports) > 1:
            fail(row["seq"], f"it came with one gate report, and there are {len(reports)}")
        if said is None:
            continue
        if reports:
            known.add(said["report_digest"])
        # A promotion or a request rests on one that it came with, or that was stored before.
        if (validated and not reports) or said["report_digest"] not in known:
            fail(row["seq"], "its gate report is not there")
        if reports and first != row["id"]:
            fail(row["seq"], "its gate report is not numbered in the order in which they were stored")
    if shown:
        fail(1, "there is a gate report that came with no event of this record")


def _reports(connection: Connection, model_id: int) -> defaultdict[int, list[_Shown | None]]:
    """The reports of each event; None where the columns beside one say something else."""
    columns = [column for column in GateReportRow.__table__.columns if column.name != "body"]
    statement = (
        select(*columns, type_coerce(GateReportRow.body, Text).label("body"), VersionRow.version)
        .add_columns(AliasRow.name.label("alias"), PolicyRow.digest.label("policy_digest"))
        .add_columns(PolicyRow.alias_id.label("protected"), PolicyRow.from_at, PolicyRow.to_at)
        .join(VersionRow, VersionRow.id == GateReportRow.version_id)
        .join(AliasRow, and_(AliasRow.id == GateReportRow.alias_id, AliasRow.model_id == model_id))
        .join(PolicyRow, PolicyRow.id == GateReportRow.policy_id)
        .where(VersionRow.model_id == model_id)
        .order_by(GateReportRow.id)  # the newest is the one with the highest number
    )
    found: defaultdict[int, list[_Shown | None]] = defaultdict(list)
    for row in connection.execute(statement).mappings():
        found[row["event_id"]].append(_shown(row))
    return found


def _shown(row: RowMapping) -> _Shown | None:
    try:
        report = GateReport.from_mapping(json.loads(row["body"]))
        digest = report.digest_of_report
    except UNREADABLE:
        return None
    in_force = row["from_at"] <= row["created_at"] and (row["to_at"] is None or row["created_at"] < row["to_at"])
    same = (
        digest == row["digest"]
        and report.metrics_digest == row["metrics_digest"]
        and report.baseline_assignment == row["baseline_assignment_id"]
        and (report.version, report.alias) == (row["version"], row["alias"])
        and report.policy_digest == row["policy_digest"]
        and (row["protected"] == row["alias_id"] and in_force)
    )
    return (digest, row["passed"], row["created_at"]) if same else None
