"""Whether a person may decide on a request, before they try; what `decide` says still counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import Connection, RowMapping, select

from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.caller import Caller
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.clock import now_column
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policies.stored import read_stored
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.requests.admission import refuse, roles_of
from airflow_provider_registry.registry.requests.expiry import state_now
from airflow_provider_registry.registry.requests.people import Party, actor_of, parties_of
from airflow_provider_registry.registry.requests.states import PENDING, Verdict
from airflow_provider_registry.registry.requests.tables import DecisionRow, RequestRow
from airflow_provider_registry.registry.requests.tally import Said, missing

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody may decide on a request now.

    Attributes:
        roles: of the policy, in which they may; none where they may not.
        refusal: why they may not, as a sentence; empty where they may.
        waits: whether an approval is missing that would be theirs to give, and that they have not given.
    """

    roles: tuple[str, ...]
    refusal: str
    waits: bool = False


def standings(core: Core, request_ids: Sequence[int]) -> dict[int, Standing]:
    """How the caller stands to each request that is pending; see `Registry.standings`."""
    return core.read(lambda connection: _read(connection, core.caller, request_ids)) if request_ids else {}


def _read(connection: Connection, caller: Caller, request_ids: Sequence[int]) -> dict[int, Standing]:
    found = connection.execute(_select(connection, request_ids)).mappings().all()
    asked = {request: list(rows) for request, rows in groupby(found, key=lambda row: int(row["id"]))}
    policies = {
        request: read_stored(rows[0]["alias"], rows[0]["policy"], rows[0]["policy_digest"])
        for request, rows in asked.items()
    }
    watched = [request for request, policy in policies.items() if policy.four_eyes]
    behind = parties_of(connection, watched) if watched else {}
    return {
        request: _stand(policies[request], caller, behind.get(request, ()), _said(rows))
        for request, rows in asked.items()
    }


def _select(connection: Connection, request_ids: Sequence[int]) -> Rows:
    """Each pending request with its policy, as often as somebody has decided on it, and once where nobody has."""
    state = state_now(now_column(connection))
    return (
        select(RequestRow.id, AliasRow.name.label("alias"))
        .add_columns(PolicyRow.body.label("policy"), PolicyRow.digest.label("policy_digest"))
        .add_columns(DecisionRow.role, DecisionRow.verdict, EventRow.private)
        .join(AliasRow, AliasRow.id == RequestRow.alias_id)
        .join(GateReportRow, GateReportRow.id == RequestRow.report_id)
        .join(PolicyRow, PolicyRow.id == GateReportRow.policy_id)
        .outerjoin(DecisionRow, DecisionRow.request_id == RequestRow.id)
        .outerjoin(EventRow, EventRow.id == DecisionRow.event_id + 0)  # as in `queries`
        .where(RequestRow.id.in_(request_ids), state.in_(PENDING))
        .order_by(RequestRow.id, DecisionRow.event_id)
    )


def _said(rows: Sequence[RowMapping]) -> list[Said]:
    return [Said(actor_of(row["private"]), row["role"], row["verdict"]) for row in rows if row["role"] is not None]


def _stand(policy: Policy, caller: Caller, behind: Sequence[Party], said: Sequence[Said]) -> Standing:
    if not policy.approvals:
        return Standing((), "The policy asks for no approvals, so nobody decides on it.")
    mine = roles_of(policy, caller)
    refusal = refuse(policy, caller, mine[0] if mine else "", behind)
    if refusal:
        return Standing((), refusal.sentence)
    lacking = missing(policy, said)
    given = (missing(policy, [*said, Said(caller.actor, role, Verdict.APPROVE)]) for role in mine)
    return Standing(tuple(mine), "", waits=any(sum(left.values()) < sum(lacking.values()) for left in given))
