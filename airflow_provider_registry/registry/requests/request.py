"""Asking for a promotion."""

from __future__ import annotations

from sqlalchemy import select

from airflow_provider_registry.errors import AlreadyHeldError, NotPassedError, PolicyNotFoundError
from airflow_provider_registry.names import check_alias, check_text
from airflow_provider_registry.registry.aliases.eligible import refuse_ineligible, refuse_older
from airflow_provider_registry.registry.aliases.state import AliasState, read_state
from airflow_provider_registry.registry.aliases.wish import Wish
from airflow_provider_registry.registry.before_the_lock import doing_first
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.gates.acts import record_refusal
from airflow_provider_registry.registry.gates.assess import Assessment
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.requests.opening import (
    ACT,
    Opened,
    is_rejected,
    newest_request,
    open_request,
    refuse_overtaken,
)
from airflow_provider_registry.registry.requests.states import RequestState
from airflow_provider_registry.registry.requests.tables import RequestRow
from airflow_provider_registry.registry.signatures.verified import VerifiedSignatures
from airflow_provider_registry.registry.versions.acts import locked_version

# What became of a request that answers a repeat of asking; after another end it is wanted once more (rule 2).
_ANSWERS = (RequestState.OPEN, RequestState.APPROVED, RequestState.PROMOTED, RequestState.REJECTED)


def request_promotion(core: Core, wish: Wish) -> int:
    """Open a request, or find it; returns its id. See `Registry.request_promotion`."""
    check_alias(wish.alias)
    check_text("reason", wish.reason)
    verified = VerifiedSignatures(core)
    assessed: dict[str, Assessment] = {}
    asked = Asked(ACT, wish.version["model_name"], alias=wish.alias, key=wish.key)

    def fingerprint(act: Act) -> str:
        row = locked_version(act, wish.version["version"])
        state = read_state(act.rows, act.model["id"], wish.alias)
        _refuse_unprotected(act, state)
        assessed["now"] = Assessment(act, row, state, verified)
        return assessed["now"].fingerprint

    def work(act: Act) -> Opened | GateReport:
        return _work(assessed["now"], wish, asked)

    def repeat(act: Act, event: Row) -> Opened | GateReport:
        statement = select(RequestRow.id, RequestRow.state).where(RequestRow.id == event["id"])
        request = act.connection.execute(statement).mappings().one()
        in_time = not request["state"].is_pending or any(row["id"] == request["id"] for row in act.pending.find())
        if request["state"] in _ANSWERS and in_time:
            return Opened(request["id"])
        newest = newest_request(assessed["now"])
        if newest is not None and is_rejected(assessed["now"], newest):  # it was asked once more, and answered
            return Opened(newest["id"])
        refuse_overtaken(assessed["now"])
        act.again()
        return work(act)

    outcome = doing_first(lambda: core.acts.run(asked, work, repeat, fingerprint))
    if isinstance(outcome, GateReport):
        raise NotPassedError(outcome.sentence(), outcome)
    return outcome.request_id


def _refuse_unprotected(act: Act, state: AliasState) -> None:
    state.refuse_locked(act.model["name"])
    if state.policy is None:
        raise PolicyNotFoundError(
            f"The alias {state.name!r} of {act.model['name']!r} is free, so there is nothing to ask: promote without "
            "a request, or set a policy first."
        )


def _work(assessment: Assessment, wish: Wish, asked: Asked) -> Opened | GateReport:
    act, version, state = assessment.act, assessment.version, assessment.state
    if state.holder is not None and state.holder["version_id"] == version["id"]:
        raise AlreadyHeldError(
            f"Version {version['version']} of {act.model['name']!r} holds {state.name!r}: there is nothing to ask for."
        )
    refuse_ineligible(act, version, state)
    if not wish.allow_older:
        refuse_older(act, version, state)
    found = act.pending.find(alias_id=state.alias_id, version_id=version["id"])
    if found:
        act.idle = True
        return Opened(found[0]["id"])
    report = assessment.stored_and_bound()
    if report is None and not assessment.report.passed:
        return record_refusal(assessment, asked)
    return open_request(assessment, report, wish.reason)
