"""What lets a promotion through a policy that asks for approvals: an approved request for exactly these things."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from airflow_provider_registry.errors import InvalidInputError, RecordTamperedError
from airflow_provider_registry.registry.aliases.state import AliasState
from airflow_provider_registry.registry.aliases.wish import Wish
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.gates.assess import Assessment
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.requests.decide import decisions_of
from airflow_provider_registry.registry.requests.locked import lock_request
from airflow_provider_registry.registry.requests.opening import (
    Opened,
    become_request,
    is_bound,
    is_rejected,
    newest_request,
    open_request,
)
from airflow_provider_registry.registry.requests.states import Ending, RequestState
from airflow_provider_registry.registry.requests.tables import RequestRow
from airflow_provider_registry.registry.requests.tally import missing


def refuse_another(act: Act, state: AliasState, version: Row, named: int) -> None:
    """Go on only if the request that was named is the pending one of this version for this alias.

    Raises:
        RequestRejectedError, RequestEndedError: it has ended, and the message says by whose doing.
        InvalidInputError: it is for something else.
    """
    mine = (RequestRow.alias_id == state.alias_id, RequestRow.version_id == version["id"])
    if not act.connection.execute(select(RequestRow.id).where(RequestRow.id == named, *mine)).first():
        raise InvalidInputError(f"Request {named} is not for version {version['version']} to become {state.name!r}.")
    lock_request(act, named).refuse_ended()


def approved_request(
    assessment: Assessment, report: GateReport | None, asked: Asked, wish: Wish
) -> Row | Opened | None:
    """The approved request that a promotion commits; None where the policy asks for none.

    Where there is none, one is opened. What was rejected is not asked again by promoting it again.

    Parameters:
        assessment: of the version, whose gates pass now.
        report: the stored report that is still bound, if there is one.

    Returns:
        a request that was opened, or that is not approved yet, as `Opened`.

    Raises:
        RequestRejectedError: people have decided on exactly this, and against it.
        RecordTamperedError: it is marked as approved, and its decisions do not make it so.
    """
    found = _pending(assessment)
    if found is None:
        return _ask(assessment, report, asked, wish) if assessment.policy.approvals else None
    if found["state"] is RequestState.OPEN:
        assessment.act.idle = True
        return Opened(found["id"])
    _check_tally(assessment, found)
    return found


def _pending(assessment: Assessment) -> Row | None:
    """The pending request, if it is for exactly what is there now."""
    act, alias_id = assessment.act, assessment.state.alias_id
    assert alias_id is not None
    for row in act.pending.find(alias_id=alias_id, version_id=assessment.version["id"]):
        if is_bound(assessment, row):
            return row
        # No act of ours changes what a request is bound to and leaves it pending: somebody wrote past them.
        act.pending.move(row, RequestState.INVALIDATED, Ending.EVIDENCE)
    return None


def _ask(assessment: Assessment, report: GateReport | None, asked: Asked, wish: Wish) -> Opened:
    earlier = newest_request(assessment)
    if earlier is not None and is_rejected(assessment, earlier):
        lock_request(assessment.act, earlier["id"]).refuse_ended()
    become_request(assessment, asked)
    opened = open_request(assessment, report, wish.reason)
    return replace(opened, earlier=earlier["id"] if earlier is not None else None)


def _check_tally(assessment: Assessment, row: Row) -> None:
    """Count again from the decisions: the state alone could be written by a role that may decide nothing."""
    lacking = missing(assessment.policy, [said for _, said in decisions_of(assessment.act, row["id"])])
    if lacking:
        listed = ", ".join(f"{count} of {role}" for role, count in lacking.items())
        name = str(assessment.act.model["name"])
        raise RecordTamperedError(
            f"Request {row['id']} of {name!r} is marked as approved, and its decisions lack {listed}. Withdraw it and "
            "ask again, after finding out who edited the database.",
            name,
        )
