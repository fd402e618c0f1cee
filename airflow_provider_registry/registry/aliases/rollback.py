"""Rolling back: an alias moves to a version that held it before."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import (
    AliasNotFoundError,
    InvalidInputError,
    NoEarlierHolderError,
    NotAllowedError,
)
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import check_alias, check_model_name, check_text
from airflow_provider_registry.registry.aliases.checked import CheckedBytes
from airflow_provider_registry.registry.aliases.eligible import refuse_ineligible
from airflow_provider_registry.registry.aliases.repeats import repeated
from airflow_provider_registry.registry.aliases.state import AliasState, move, read_state
from airflow_provider_registry.registry.aliases.tables import AssignmentRow
from airflow_provider_registry.registry.before_the_lock import doing_first
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.requests.states import Ending
from airflow_provider_registry.registry.routes.ending import EndedRoutes
from airflow_provider_registry.registry.versions.acts import locked_version
from airflow_provider_registry.registry.versions.tables import VersionRow

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Retreat:
    """What a rollback is asked for.

    Attributes:
        to: number of the version to go back to; None for the one that the present one displaced.
    """

    model_name: str
    alias: str
    reason: str
    to: int | None
    key: str | None


def rollback(core: Core, retreat: Retreat, progress: Progress | None) -> int:
    """Roll an alias back; returns the id of the assignment. See `Registry.rollback`."""
    check_model_name(retreat.model_name)
    check_alias(retreat.alias)
    reason: str | None = retreat.reason
    if not check_text("reason", "" if reason is None else reason).strip():
        raise InvalidInputError(
            f"A rollback of {retreat.alias!r} needs a reason: say why, for those who read the record."
        )
    checked = CheckedBytes(core, progress, excuse_storage=True)
    fingerprint = sha256_of(["rollback", retreat.to])
    asked = Asked("rollback", retreat.model_name, fingerprint, alias=retreat.alias, key=retreat.key)

    def run() -> int:
        return core.acts.run(asked, lambda act: _work(act, retreat, checked), repeated, ids=[AssignmentRow])

    return doing_first(run)


def _work(act: Act, retreat: Retreat, checked: CheckedBytes) -> int:
    state = read_state(act.rows, act.model["id"], retreat.alias)
    state.refuse_locked(act.model["name"])
    _refuse_rule(act, state, checked)
    target = _target(act, state, retreat)
    version = locked_version(act, target["version"])
    refuse_ineligible(act, version, state)
    checked.require(act, version, state)
    unchecked = version["id"] in checked.excused
    if unchecked:
        log.warning("The artifact store did not answer: %s goes back unchecked.", retreat.alias)
    payload: dict[str, Any] = {"digest": version["digest"], "unchecked": unchecked}
    payload["replaced"] = state.holder["version"] if state.holder else None
    where: dict[str, Any] = {"version": version["version"], "alias": state.name}
    assert state.alias_id is not None
    act.pending.end_all(Ending.BASELINE, alias_id=state.alias_id)
    routes = EndedRoutes.of(act, state)
    private = {"reason": retreat.reason}
    event_id = act.record(EventType.ALIAS_ROLLED_BACK, payload | routes.said, **where, private=private)
    routes.write(act, event_id)
    return move(act, state, state.alias_id, event_id, version["id"], previous_id=target["previous_id"])


def _refuse_rule(act: Act, state: AliasState, checked: CheckedBytes) -> None:
    """Ask what the policy's `rollback:` asks; a free alias asks nothing."""
    rules = state.rules
    if rules is None:
        return
    if not rules.rollback.allows(act.caller):
        raise NotAllowedError(
            f"The policy of {state.name!r} of {act.model['name']!r} does not let {act.caller.actor.name} roll it back."
        )
    checked.excuse_storage = not rules.rollback.integrity
    if rules.rollback.integrity:
        checked.excused.clear()  # while its bytes were looked for, the policy came to ask for them


def _target(act: Act, state: AliasState, retreat: Retreat) -> Row:
    """The assignment to go back to: each rollback goes one further back, and never forth again.

    Raises:
        AliasNotFoundError: nothing ever held the alias.
        NoEarlierHolderError: nothing held it before, or never the version that was asked for.
    """
    what = f"{retreat.alias!r} of {act.model['name']!r}"
    if state.last is None:
        raise AliasNotFoundError(f"The alias {what} never pointed at a version, so there is nothing to go back to.")
    if retreat.to is not None:
        return _named_target(act, state, retreat.to, what)
    if state.holder is None:
        return state.last
    before: Row | None = state.holder
    # An alias that was emptied and given to the same version again has it twice in a row.
    while before is not None and before["version_id"] == state.holder["version_id"]:
        before = _assignment(act, AssignmentRow.id == before["previous_id"])
    if before is None:
        raise NoEarlierHolderError(f"No version held {what} before version {state.holder['version']}.")
    return before


def _named_target(act: Act, state: AliasState, to: int, what: str) -> Row:
    if state.holder is not None and state.holder["version"] == to:
        raise NoEarlierHolderError(f"Version {to} holds {what} now: there is nothing to roll back.")
    found = _assignment(act, AssignmentRow.alias_id == state.alias_id, VersionRow.version == to)
    if found is None:
        raise NoEarlierHolderError(
            f"Version {to} never held {what}; a rollback goes to one that did. Promote it instead."
        )
    return found


def _assignment(act: Act, *conditions: Any) -> Row | None:
    statement = (
        select(AssignmentRow.__table__, VersionRow.version)
        .join(VersionRow, VersionRow.id == AssignmentRow.version_id)
        .where(*conditions)
        .order_by(AssignmentRow.from_at.desc())
        .limit(1)
    )
    return act.connection.execute(statement).mappings().one_or_none()
