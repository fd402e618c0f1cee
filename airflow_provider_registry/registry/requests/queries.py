"""Reading requests, with who decided what, and how they stand now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from airflow_provider_registry.errors import RequestNotFoundError
from airflow_provider_registry.names import check_alias, fold
from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.clock import now_column
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.models.queries import model_id_of
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.requests.expiry import state_now
from airflow_provider_registry.registry.requests.outcome import actor_name, outcome
from airflow_provider_registry.registry.requests.people import actor_of
from airflow_provider_registry.registry.requests.states import PENDING, RequestState
from airflow_provider_registry.registry.requests.tables import DecisionRow, RequestRow
from airflow_provider_registry.registry.requests.tally import Said, last_words, missing
from airflow_provider_registry.registry.requests.views import Decision, PromotionRequest
from airflow_provider_registry.registry.versions.tables import VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows

_Opening = aliased(EventRow)
_Ending = aliased(EventRow)


def request_by_id(core: Core, request_id: int) -> PromotionRequest:
    """One request.

    Raises:
        RequestNotFoundError: there is none.
    """
    return core.read(lambda connection: read_request(connection, request_id))


def read_request(connection: Connection, request_id: int, at: datetime | None = None) -> PromotionRequest:
    """One request, as it stands at the act's time, or now."""
    found = _read(connection, [RequestRow.id == request_id], 1, at)
    if not found:
        raise RequestNotFoundError(f"There is no promotion request {request_id}: list them with Registry.requests().")
    return found[0]


def list_requests(
    core: Core,
    model_name: str | None,
    alias: str | None,
    version: int | None,
    states: Sequence[RequestState],
    limit: int,
) -> list[PromotionRequest]:
    """The newest requests that fit, newest first."""

    conditions: list[ColumnElement[bool]] = []
    if model_name is not None:
        conditions.append(RequestRow.model_id == model_id_of(core, model_name))
    if alias is not None:
        conditions.append(AliasRow.folded == fold(check_alias(alias)))
    if version is not None:
        conditions.append(VersionRow.version == version)
    if states:
        # What is expired now may be stored as pending still. The stored state is what the index has.
        stored = {*states, *(PENDING if RequestState.EXPIRED in states else ())}
        conditions.append(RequestRow.state.in_(sorted(stored)))

    def read(connection: Connection) -> list[PromotionRequest]:
        now = [state_now(_clock(connection)).in_(states)] if states else []
        return _read(connection, [*conditions, *now], limit)

    return core.read(read)


def requests_of_version(core: Core, version_id: int, limit: int = 1_000) -> list[PromotionRequest]:
    """The newest requests of a version, newest first."""
    return core.read(lambda connection: _read(connection, [RequestRow.version_id == version_id], limit))


def _read(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], limit: int, at: datetime | None = None
) -> list[PromotionRequest]:
    statement = _select(at or _clock(connection)).where(*conditions).order_by(RequestRow.id.desc()).limit(limit)
    rows = connection.execute(statement).mappings().all()
    decided = _decisions(connection, [row["id"] for row in rows])
    return [_view(row, decided.get(row["id"], [])) for row in rows]


def _select(now: ColumnElement[datetime] | datetime) -> Rows:
    return (
        select(
            RequestRow.id,
            state_now(now),
            RequestRow.requested_at,
            RequestRow.expires_at,
            RequestRow.ended_at,
            ModelRow.name.label("model_name"),
            VersionRow.version,
            VersionRow.digest,
            AliasRow.name.label("alias"),
            GateReportRow.id.label("report_id"),
            GateReportRow.digest.label("report_digest"),
            GateReportRow.metrics_digest,
            GateReportRow.body.label("report"),
            PolicyRow.digest.label("policy_digest"),
            PolicyRow.body.label("policy"),
            _Opening.seq.label("event"),
            _Opening.private.label("opening"),
            _Ending.type.label("ending_type"),
            _Ending.body.label("ending_body"),
            _Ending.private.label("ending"),
        )
        .join(ModelRow, ModelRow.id == RequestRow.model_id)
        .join(VersionRow, VersionRow.id == RequestRow.version_id)
        .join(AliasRow, AliasRow.id == RequestRow.alias_id)
        .join(GateReportRow, GateReportRow.id == RequestRow.report_id)
        .join(PolicyRow, PolicyRow.id == GateReportRow.policy_id)
        .join(_Opening, _Opening.id == RequestRow.id)
        .outerjoin(_Ending, _Ending.id == RequestRow.ended_by_event)
    )


def _decisions(connection: Connection, request_ids: Sequence[int]) -> Mapping[int, list[RowMapping]]:
    if not request_ids:
        return {}
    statement = (
        select(DecisionRow.request_id, DecisionRow.role, DecisionRow.verdict)
        .add_columns(EventRow.seq, EventRow.at, EventRow.body, EventRow.private)
        # Of a plain id, PostgreSQL may go through all events up to the last decision: it knows the table as it was.
        .join(EventRow, EventRow.id == DecisionRow.event_id + 0)
        .where(DecisionRow.request_id.in_(request_ids))
        .order_by(DecisionRow.request_id, DecisionRow.event_id)
    )
    rows = connection.execute(statement).mappings().all()
    return {request: list(mine) for request, mine in groupby(rows, key=lambda row: int(row["request_id"]))}


def _view(row: RowMapping, decided: Sequence[RowMapping]) -> PromotionRequest:
    policy = Policy.parse(row["policy"])
    said = [Said(actor_of(found["private"]), found["role"], found["verdict"]) for found in decided]
    counts = last_words(policy, said)
    state: RequestState = row["state"]
    by, why = outcome(row)
    names = (
        *("model_name", "version", "digest", "alias", "policy_digest", "report_id", "report_digest"),
        *("metrics_digest", "requested_at", "expires_at", "event"),
    )
    opening: dict[str, Any] = json.loads(row["opening"]) if row["opening"] is not None else {}
    over = state is RequestState.EXPIRED
    return PromotionRequest(
        **{name: row[name] for name in names},
        request_id=row["id"],
        state=state,
        baseline_version=row["report"]["baseline_version"],
        requested_by=actor_name(row["opening"]),
        reason=opening.get("reason", ""),
        decisions=tuple(_decision(found, last) for found, last in zip(decided, counts, strict=True)),
        missing=missing(policy, said) if state is RequestState.OPEN else {},
        ended_at=row["expires_at"] if over else row["ended_at"],
        ended_by=by,
        ended_why=why,
    )


def _decision(row: RowMapping, counts: bool) -> Decision:
    body: dict[str, Any] = json.loads(row["body"])
    private: dict[str, Any] = json.loads(row["private"]) if row["private"] is not None else {}
    return Decision(
        verdict=row["verdict"],
        role=row["role"],
        by=actor_name(row["private"]),
        comment=private.get("comment", ""),
        at=row["at"],
        via=body["via"],
        authenticated=body["authenticated"],
        counts=counts,
        event=row["seq"],
    )


def _clock(connection: Connection) -> ColumnElement[datetime]:
    return now_column(connection)
