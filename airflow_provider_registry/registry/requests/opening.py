"""Opening a request inside an act, by whoever asks: `request_promotion` itself, or a promotion that needs approvals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from airflow_provider_registry.errors import SupersededSinceError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.caller import Asked, act_key
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.gates.assess import Assessment, report_of, report_payload
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.policies.approvals import OnNewer
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.requests.states import Ending, RequestState
from airflow_provider_registry.registry.requests.tables import RequestRow

ACT = "request_promotion"


@dataclass(frozen=True)
class Opened:
    """A request that an act opened or found pending.

    Attributes:
        earlier: the one before it for the same version and alias, where that has ended.
    """

    request_id: int
    earlier: int | None = None


def open_request(assessment: Assessment, report: GateReport | None, reason: str) -> Opened:
    """Open a request for an assessed version, whose gates pass.

    Parameters:
        report: the stored report that is still bound; None to store the assessment's own.
    """
    act, state = assessment.act, assessment.state
    assert state.alias_id is not None
    if assessment.policy.on_newer is OnNewer.SUPERSEDE:
        act.pending.end_all(Ending.NEWER, alias_id=state.alias_id)
    expires = assessment.policy.expires_after and act.at + assessment.policy.expires_after
    stands = RequestState.OPEN if assessment.policy.approvals else RequestState.APPROVED
    payload: dict[str, Any] = {
        "digest": assessment.version["digest"],
        "state": stands.value,
        "expires_at": moment(expires) if expires else None,
        "report": report_payload(report or assessment.report),
    }
    where: dict[str, Any] = {"version": assessment.version["version"], "alias": state.name}
    event_id = act.record(EventType.REQUEST_OPENED, payload, **where, private={"reason": reason})
    report = report or assessment.store(event_id)
    row = {"id": event_id, "model_id": act.model["id"], "version_id": assessment.version["id"], "state": stands}
    row |= {"alias_id": state.alias_id, "report_id": report.report_id, "requested_at": act.at, "expires_at": expires}
    act.connection.execute(insert(RequestRow).values(row))
    act.pending.count += 1
    return Opened(event_id)


def become_request(assessment: Assessment, asked: Asked) -> None:
    """Make a promotion that needs approvals the act of asking for them, which repeats as that."""
    act = assessment.act
    as_request = Asked(ACT, asked.model_name, alias=asked.alias, key=asked.key)
    act.key = act_key(act.caller, as_request, act.model["id"], salt=act.key)
    act.fingerprint = assessment.fingerprint
    same = (EventRow.act_key == act.key, EventRow.fingerprint == act.fingerprint)
    if act.connection.execute(select(EventRow.id).where(*same)).first():
        refuse_overtaken(assessment)
        act.again()


def refuse_overtaken(assessment: Assessment) -> None:
    """Keep a repeat from asking in the place of what took its own: a cleared task must not undo what was done since.

    Raises:
        SupersededSinceError: the version's newest request was superseded, and the one in its place is pending.
    """
    act, request = assessment.act, newest_request(assessment)
    if request is None or request["state"] is not RequestState.SUPERSEDED:
        return
    for newer in act.pending.find(alias_id=request["alias_id"]):
        if newer["version_id"] != request["version_id"]:
            seqs = select(EventRow.id, EventRow.seq).where(EventRow.id.in_([request["id"], newer["id"]]))
            places = {row.id: row.seq for row in act.connection.execute(seqs)}
            raise SupersededSinceError(
                f"Request {request['id']} for version {assessment.version['version']} of {act.model['name']!r} to "
                f"become {assessment.state.name!r} was superseded, and request {newer['id']} waits in its place. To "
                "ask again all the same, start a new Dag run, or give the task another key=.",
                event=places[request["id"]],
                ended_by=places[newer["id"]],
            )


def newest_request(assessment: Assessment) -> Row | None:
    """The newest request of the version for the alias, whatever has become of it."""
    mine = (RequestRow.alias_id == assessment.state.alias_id, RequestRow.version_id == assessment.version["id"])
    statement = select(RequestRow.__table__).where(*mine).order_by(RequestRow.id.desc()).limit(1)
    return assessment.act.connection.execute(statement).mappings().one_or_none()


def is_bound(assessment: Assessment, request: Row) -> bool:
    """Whether a request is for exactly what is there now: bytes, policy, baseline and metric rows (rule 7)."""
    statement = select(GateReportRow.__table__).where(GateReportRow.id == request["report_id"])
    report = report_of(assessment.act.connection.execute(statement).mappings().one())
    now = (assessment.policy.digest, assessment.baseline_id, assessment.version["digest"], assessment.metrics_digest)
    return not report.bound_to(*now)


def is_rejected(assessment: Assessment, request: Row) -> bool:
    """Whether people have decided on exactly what is there now, and against it."""
    return request["state"] is RequestState.REJECTED and is_bound(assessment, request)
