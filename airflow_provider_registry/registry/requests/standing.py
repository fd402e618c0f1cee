"""Whether a person may decide on a request, before they try; what `decide` says still counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.caller import Caller
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.clock import now_column
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policies.stored import read_stored
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.requests.admission import refuse, roles_of
from airflow_provider_registry.registry.requests.expiry import state_now
from airflow_provider_registry.registry.requests.people import Party, parties_of
from airflow_provider_registry.registry.requests.states import PENDING
from airflow_provider_registry.registry.requests.tables import RequestRow


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody may decide on a request now.

    Attributes:
        roles: of the policy, in which they may; none where they may not.
        refusal: why they may not, as a sentence; empty where they may.
    """

    roles: tuple[str, ...]
    refusal: str


def standings(core: Core, request_ids: Sequence[int]) -> dict[int, Standing]:
    """How the caller stands to each request that is pending; see `Registry.standings`."""
    return core.read(lambda connection: _read(connection, core.caller, request_ids)) if request_ids else {}


def _read(connection: Connection, caller: Caller, request_ids: Sequence[int]) -> dict[int, Standing]:
    state = state_now(now_column(connection))
    statement = (
        select(RequestRow.id, AliasRow.name, PolicyRow.body, PolicyRow.digest)
        .join(AliasRow, AliasRow.id == RequestRow.alias_id)
        .join(GateReportRow, GateReportRow.id == RequestRow.report_id)
        .join(PolicyRow, PolicyRow.id == GateReportRow.policy_id)
        .where(RequestRow.id.in_(request_ids), state.in_(PENDING))
    )
    policies = {row[0]: read_stored(row[1], row[2], row[3]) for row in connection.execute(statement)}
    watched = [request for request, policy in policies.items() if policy.four_eyes]
    behind = parties_of(connection, watched) if watched else {}
    return {request: _stand(policy, caller, behind.get(request, ())) for request, policy in policies.items()}


def _stand(policy: Policy, caller: Caller, behind: Sequence[Party]) -> Standing:
    if not policy.approvals:
        return Standing((), "The policy asks for no approvals, so nobody decides on it.")
    mine = roles_of(policy, caller)
    refusal = refuse(policy, caller, mine[0] if mine else "", behind)
    return Standing((), refusal.sentence) if refusal else Standing(tuple(mine), "")
