"""Checking that gate reports are what the record says of them."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, Text, and_, select, type_coerce

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.contradiction import UNREADABLE, Fail
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.told import Check, Told
from airflow_provider_registry.registry.versions.tables import VersionRow

# Of a promotion, a route or a request that rests on a gate report; others, of free aliases, say nothing of any.
_REPORT = b'"report":{'

# Digest, verdict, and when it was stored.
_Shown = tuple[str, bool, str]


class _Said(NamedTuple):
    """What an event says of a gate report.

    Attributes:
        validated: the event is the report's own; others may rest on one that was stored before.
    """

    event_id: int
    seq: int
    validated: bool
    report: _Shown


class ReportCheck(Check):
    """Each gate report is the one that its event means, and none that an event means is away."""

    what = "gate reports"
    hears = (
        *(EventType.VERSION_VALIDATED, EventType.ALIAS_PROMOTED),
        *(EventType.ALIAS_ROUTED, EventType.REQUEST_OPENED),
    )

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        self._said: list[_Said] = []

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        validated = told.type == EventType.VERSION_VALIDATED
        if not validated and _REPORT not in told.payload_bytes:
            return
        payload = told.payload()
        said = payload if validated else payload.get("report")
        if said is not None:
            report = (said["report_digest"], said["passed"], told.at)
            self._said.append(_Said(told.id, told.seq, validated, report))

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        shown = _reports(connection, model_id)
        known: set[str] = set()
        for said in self._said:
            first = next(iter(shown), None)
            reports = shown.pop(said.event_id, [])
            if any(report != said.report for report in reports):
                self._fail(said.seq, "its gate report is not the one that was stored with it")
            if len(reports) > 1:
                self._fail(said.seq, f"it came with one gate report, and there are {len(reports)}")
            digest = said.report[0]
            if reports:
                known.add(digest)
            # A promotion, a route or a request rests on one that it came with, or that was stored before.
            if (said.validated and not reports) or digest not in known:
                self._fail(said.seq, "its gate report is not there")
            if reports and first != said.event_id:
                self._fail(said.seq, "its gate report is not numbered in the order in which they were stored")
        for event_id in shown:
            mine = (EventRow.id == event_id, EventRow.model_id == model_id)
            seq = connection.execute(select(EventRow.seq).where(*mine)).scalar_one_or_none()
            self._fail(seq or 1, "there is a gate report that came with no event of this record")


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
    return (digest, row["passed"], moment(row["created_at"])) if same else None
