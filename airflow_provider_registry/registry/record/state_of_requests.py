"""Checking that promotion requests and decisions are what the record says of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, String, and_, case, func, select, type_coerce

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.contradiction import Fail
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.told import Check, Told
from airflow_provider_registry.registry.requests.states import RequestState
from airflow_provider_registry.registry.requests.tables import DecisionRow, RequestRow
from airflow_provider_registry.registry.versions.tables import VersionRow

# Of an event of whatever type that moved requests, somewhere in its canonical bytes.
_MOVED = b'"requests":['


@dataclass
class _Story:
    """What the record says of one request.

    Attributes:
        seq: of the last event that said something of it.
        facts: version, alias, digests of the report and of its policy, time of opening, of expiry and of the end, the
            place of the event that ended it, and state.
        decisions: role, verdict and digest of the report, by the event of each.
        missing: what the last decision still missed.
    """

    seq: int
    facts: dict[str, Any]
    decisions: dict[int, list[Any]] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)


class RequestCheck(Check):
    """Requests and decisions are what the record says of them."""

    what = "promotion requests"
    hears = tuple(EventType)

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        self._said: dict[int, _Story] = {}

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        if told.type == EventType.REQUEST_OPENED:
            self._said[told.id] = _Story(told.seq, _opened(told, told.payload()))
        elif told.type == EventType.REQUEST_DECIDED:
            self._decide(told, told.payload())
        if _MOVED in told.payload_bytes:
            for moved in told.payload().get("requests", ()):
                self._move(told, moved)

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        shown = _shown(connection, model_id)
        for request_id in sorted({*self._said, *shown}):
            story = self._said.get(request_id)
            if story is None:
                self._fail(1, f"the record does not know the promotion request {request_id}")
            if story.facts != shown.get(request_id):
                self._fail(story.seq, f"the promotion request {request_id} is not what the record says")
        decided = _decided(connection, model_id)
        for request_id, story in self._said.items():
            # In their order too: of each person, the last one counts.
            if list(story.decisions.items()) != list(decided.pop(request_id, {}).items()):
                why = f"the decisions on the promotion request {request_id} are not what the record says"
                self._fail(story.seq, why)
        self._check_count(connection, model_id)

    def _decide(self, told: Told, payload: dict[str, Any]) -> None:
        story = self._story(told, payload["request"], told.version)
        story.decisions[told.seq] = [payload["role"], payload["verdict"], payload["report_digest"]]
        story.missing = payload["missing"]

    def _move(self, told: Told, moved: dict[str, Any]) -> None:
        story = self._story(told, moved["request"], moved["version"])
        if moved["state"] == RequestState.PROMOTED and story.missing:
            self._fail(told.seq, f"it promoted by request {moved['request']}, which still missed {story.missing}")
        story.facts["state"] = moved["state"]
        if not RequestState(moved["state"]).is_pending:
            story.facts |= {"ended_at": told.at, "ended_by": told.seq}

    def _story(self, told: Told, request_id: int, version: int | None) -> _Story:
        story = self._said.get(request_id)
        if story is None or story.facts["version"] != version:
            self._fail(told.seq, f"the promotion request {request_id} is not for version {version}")
        story.seq = told.seq
        return story

    def _check_count(self, connection: Connection, model_id: int) -> None:
        pending = [story for story in self._said.values() if RequestState(story.facts["state"]).is_pending]
        counted = select(ModelRow.pending_requests).where(ModelRow.id == model_id)
        shown = connection.execute(counted).scalar_one()
        if shown != len(pending):
            seq = max((story.seq for story in self._said.values()), default=1)
            self._fail(seq, f"the model counts {shown} pending promotion requests, and the record {len(pending)}")


def _opened(told: Told, payload: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": told.version,
        "alias": told.alias,
        "report": payload["report"]["report_digest"],
        "policy": payload["report"]["policy_digest"],
        "requested_at": told.at,
        "expires_at": payload["expires_at"],
        "ended_at": None,
        "ended_by": None,
        "state": payload["state"],
    }


def _shown(connection: Connection, model_id: int) -> dict[int, dict[str, Any]]:
    statement = (
        select(
            RequestRow.id,
            VersionRow.version,
            AliasRow.name.label("alias"),
            GateReportRow.digest.label("report"),
            PolicyRow.digest.label("policy"),
            # Events of another model have the same places, and none of them ended or decided anything here.
            case((RequestRow.ended_by_event.is_not(None), func.coalesce(EventRow.seq, 0))).label("ended_by"),
            RequestRow.requested_at,
            RequestRow.expires_at,
            RequestRow.ended_at,
            type_coerce(RequestRow.state, String).label("state"),
        )
        .join(VersionRow, and_(VersionRow.id == RequestRow.version_id, VersionRow.model_id == model_id))
        .join(AliasRow, and_(AliasRow.id == RequestRow.alias_id, AliasRow.model_id == model_id))
        .join(GateReportRow, GateReportRow.id == RequestRow.report_id)
        .join(PolicyRow, PolicyRow.id == GateReportRow.policy_id)
        .outerjoin(EventRow, and_(EventRow.id == RequestRow.ended_by_event, EventRow.model_id == model_id))
        .where(RequestRow.model_id == model_id)
    )
    times = ("requested_at", "expires_at", "ended_at")
    found = {row["id"]: dict(row) for row in connection.execute(statement).mappings()}
    for request_id, shown in found.items():
        del shown["id"]
        found[request_id] = shown | {name: shown[name] and moment(shown[name]) for name in times}
    return found


def _decided(connection: Connection, model_id: int) -> dict[int, dict[int, list[Any]]]:
    statement = (
        select(DecisionRow.request_id, DecisionRow.role, DecisionRow.report_digest, EventRow.seq)
        .add_columns(type_coerce(DecisionRow.verdict, String).label("verdict"))
        .join(RequestRow, RequestRow.id == DecisionRow.request_id)
        .outerjoin(EventRow, and_(EventRow.id == DecisionRow.event_id, EventRow.model_id == model_id))
        .where(RequestRow.model_id == model_id)
        .order_by(DecisionRow.id)
    )
    found: dict[int, dict[int, list[Any]]] = {}
    for row in connection.execute(statement).mappings():
        mine = [row["role"], row["verdict"], row["report_digest"]]
        found.setdefault(row["request_id"], {})[row["seq"]] = mine
    return found
