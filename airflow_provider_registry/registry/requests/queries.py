"""Reading requests, with who decided what, and how they stand now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping, and_, func, or_, select, tuple_
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from airflow_provider_registry.errors import RequestNotFoundError
from airflow_provider_registry.names import check_alias, check_model_name, fold
from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.clock import now_column
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.requests.expiry import state_now
from airflow_provider_registry.registry.requests.outcome import actor_name, outcome
from airflow_provider_registry.registry.requests.people import actor_of
from airflow_provider_registry.registry.requests.states import RequestState
from airflow_provider_registry.registry.requests.tables import DecisionRow, RequestRow
from airflow_provider_registry.registry.requests.tally import Said, last_words, missing
from airflow_provider_registry.registry.requests.views import Decision, PromotionRequest, RequestStatus
from airflow_provider_registry.registry.versions.tables import VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows

Named = tuple[str, int, str]
"""A model's name, a version's number and an alias's name, as a user writes them."""

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
    core: Core, model_name: str | None, alias: str | None, states: Sequence[RequestState], limit: int
) -> list[PromotionRequest]:
    """The newest requests that fit, newest first."""

    def read(connection: Connection) -> list[PromotionRequest]:
        conditions: list[ColumnElement[bool]] = []
        if model_name is not None:
            same = select(ModelNameRow.model_id).where(ModelNameRow.folded == fold(check_model_name(model_name)))
            conditions.append(RequestRow.model_id == same.scalar_subquery())
        if alias is not None:
            conditions.append(AliasRow.folded == fold(check_alias(alias)))
        if states:
            conditions.append(state_now(_clock(connection)).in_(states))
        return _read(connection, conditions, limit)

    return core.read(read)


def newest_requests(core: Core, named: Iterable[Named]) -> dict[Named, RequestStatus]:
    """How the newest request of each version for each alias stands: one statement, however many they are (rule 12)."""
    asked: dict[Named, list[Named]] = {}
    for model, version, alias in named:
        asked.setdefault((fold(check_model_name(model)), version, fold(check_alias(alias))), []).append(
            (model, version, alias)
        )
    if not asked:
        return {}
    rows = core.read(lambda connection: connection.execute(_newest(connection, asked)).mappings().all())
    return {
        name: _status(row) for row in rows for name in asked[row["asked_model"], row["version"], row["asked_alias"]]
    }


def _newest(connection: Connection, folded: Iterable[Named]) -> Rows:
    # Grouped by alias: there are few names of aliases, so that the condition stays flat however many waits there are.
    wanted: dict[str, list[tuple[str, int]]] = {}
    for model, version, alias in folded:
        wanted.setdefault(alias, []).append((model, version))
    pair = tuple_(ModelNameRow.folded, VersionRow.version)
    newest = (
        select(
            func.max(RequestRow.id).label("id"),
            ModelNameRow.folded.label("asked_model"),
            AliasRow.folded.label("asked_alias"),
        )
        .select_from(ModelNameRow)
        .join(VersionRow, VersionRow.model_id == ModelNameRow.model_id)
        .join(AliasRow, AliasRow.model_id == ModelNameRow.model_id)
        .join(RequestRow, and_(RequestRow.version_id == VersionRow.id, RequestRow.alias_id == AliasRow.id))
        .where(or_(*(and_(AliasRow.folded == alias, pair.in_(pairs)) for alias, pairs in wanted.items())))
        .group_by(ModelNameRow.folded, AliasRow.folded, RequestRow.version_id)
        .subquery()
    )
    statement = _select(_clock(connection)).join(newest, newest.c.id == RequestRow.id)
    return statement.add_columns(newest.c.asked_model, newest.c.asked_alias)


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
        .join(EventRow, EventRow.id == DecisionRow.event_id)
        .where(DecisionRow.request_id.in_(request_ids))
        .order_by(DecisionRow.request_id, DecisionRow.id)
    )
    rows = connection.execute(statement).mappings().all()
    return {request: list(mine) for request, mine in groupby(rows, key=lambda row: int(row["request_id"]))}


def _view(row: RowMapping, decided: Sequence[RowMapping]) -> PromotionRequest:
    policy = Policy.parse(row["policy"])
    said = [Said(actor_of(found["private"]), found["role"], found["verdict"]) for found in decided]
    counts = last_words(policy, said)
    status = _status(row)
    names = (
        *("model_name", "version", "digest", "alias", "policy_digest", "report_id", "report_digest"),
        *("metrics_digest", "requested_at", "expires_at", "event"),
    )
    opening: dict[str, Any] = json.loads(row["opening"]) if row["opening"] is not None else {}
    over = status.state is RequestState.EXPIRED
    return PromotionRequest(
        **{name: row[name] for name in names},
        request_id=row["id"],
        state=status.state,
        baseline_version=row["report"]["baseline_version"],
        requested_by=actor_name(row["opening"]),
        reason=opening.get("reason", ""),
        decisions=tuple(_decision(found, last) for found, last in zip(decided, counts, strict=True)),
        missing=missing(policy, said) if status.state is RequestState.OPEN else {},
        ended_at=row["expires_at"] if over else row["ended_at"],
        ended_by=status.ended_by,
        ended_why=status.ended_why,
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


def _status(row: RowMapping) -> RequestStatus:
    by, why = outcome(row)
    names = ("model_name", "version", "alias", "state")
    return RequestStatus(row["id"], **{name: row[name] for name in names}, ended_by=by, ended_why=why)


def _clock(connection: Connection) -> ColumnElement[datetime]:
    return now_column(connection)
