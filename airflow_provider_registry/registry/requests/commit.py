"""What lets a promotion through a policy that asks for approvals: an approved request for exactly these things."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import RowMapping, select

from airflow_provider_registry.errors import InvalidInputError, RegistryError
from airflow_provider_registry.registry.aliases.wish import Wish
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.gates.assess import Assessment
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.requests.decide import decisions_of
from airflow_provider_registry.registry.requests.locked import ended, lock_request
from airflow_provider_registry.registry.requests.opening import (
    Opened,
    become_request,
    newest_request,
    open_request,
    report_of_request,
)
from airflow_provider_registry.registry.requests.states import RequestState
from airflow_provider_registry.registry.requests.tables import RequestRow
from airflow_provider_registry.registry.requests.tally import missing


def approved_request(
    assessment: Assessment, report: GateReport | None, asked: Asked, wish: Wish
) -> RowMapping | Opened | None:
    """The approved request that a promotion commits; None where the policy asks for none.

    Where there is none, one is opened. What was rejected is not asked again by promoting it again.

    Parameters:
        assessment: of the version, whose gates pass now.
        report: the stored report that is still bound, if there is one.

    Returns:
        a request that was opened, or that is not approved yet, as `Opened`.

    Raises:
        RequestRejectedError: people have decided on exactly this, and against it.
        RequestEndedError: the request that was named has ended.
    """
    act, state, version = assessment.act, assessment.state, assessment.version
    assert state.alias_id is not None
    found = act.pending.find(alias_id=state.alias_id, version_id=version["id"])
    if wish.request is not None and [wish.request] != [row["id"] for row in found]:
        raise _not_this(assessment, wish.request)
    if not found and not assessment.policy.approvals:
        return None
    if not found:
        earlier = newest_request(act, state.alias_id, version["id"])
        _refuse_rejected(assessment, earlier)
        become_request(assessment, asked)
        opened = open_request(assessment, report, wish.reason)
        return replace(opened, earlier=earlier["id"] if earlier is not None else None)
    if not _is_approved(assessment, found[0]):
        act.idle = True
        return Opened(found[0]["id"])
    return found[0]


def _is_approved(assessment: Assessment, row: RowMapping) -> bool:
    """Counted again from the decisions: the state alone could be written by a role that may decide nothing."""
    if row["state"] is not RequestState.APPROVED:
        return False
    request = lock_request(assessment.act, row["id"])
    return not missing(request.policy, [said for _, said in decisions_of(assessment.act, request)])


def _refuse_rejected(assessment: Assessment, earlier: RowMapping | None) -> None:
    if earlier is None or earlier["state"] is not RequestState.REJECTED:
        return
    now = (assessment.policy.digest, assessment.baseline_id, assessment.version["digest"], assessment.metrics_digest)
    if not report_of_request(assessment.act, earlier).bound_to(*now):
        raise ended(lock_request(assessment.act, earlier["id"]).view())


def _not_this(assessment: Assessment, named: int) -> RegistryError:
    """Why the request that was named cannot be committed: it has ended, or it is for something else."""
    act, state, version = assessment.act, assessment.state, assessment.version
    same = (RequestRow.id == named, RequestRow.alias_id == state.alias_id, RequestRow.version_id == version["id"])
    if act.connection.execute(select(RequestRow.id).where(*same)).first():
        return ended(lock_request(act, named).view())
    return InvalidInputError(f"Request {named} is not for version {version['version']} to become {state.name!r}.")
