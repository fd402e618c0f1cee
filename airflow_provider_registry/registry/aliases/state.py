"""How an alias stands under its model's lock, and the one way in which it moves."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from airflow_provider_registry.errors import LockedAliasError
from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.batch import Asking
from airflow_provider_registry.registry.database.prepared import ONE, Ask, Prepared, Row, insertion
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policies.stored import read_stored
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.routes.tables import RouteRow
from airflow_provider_registry.registry.versions.tables import VersionRow


@dataclass(frozen=True)
class AliasState:
    """An alias, as it is now.

    Attributes:
        alias_id: None where nobody has used the alias yet.
        last: the newest assignment, with its version's number and data: the baseline (rule 6), also while the alias
            is empty.
        policy: the policy in force.
        locked: it had a policy and has none (rule 6).
        is_routed: challengers stand beside its holder.
    """

    name: str
    alias_id: int | None = None
    last: Row | None = None
    policy: Row | None = None
    locked: bool = False
    is_routed: bool = False

    @property
    def holder(self) -> Row | None:
        """The assignment in force; None while the alias is empty."""
        return self.last if self.last is not None and self.last["to_at"] is None else None

    @property
    def baseline_id(self) -> int | None:
        """The assignment of the baseline, which gate reports are bound to."""
        return self.last["id"] if self.last is not None else None

    @property
    def rules(self) -> Policy | None:
        """The policy in force, parsed.

        Raises:
            RecordTamperedError: it is not the one that was set.
        """
        if self.policy is None:
            return None
        return read_stored(self.name, self.policy["body"], self.policy["digest"])

    def refuse_locked(self, model_name: str) -> None:
        """Raise LockedAliasError where the alias is locked."""
        if self.locked:
            raise LockedAliasError(
                f"The alias {self.name!r} of {model_name!r} lost its policy and is locked: set another policy first."
            )


def read_state(ask: Ask, model_id: int, alias: str) -> AliasState:
    """How an alias stands; inside an act, until the act ends.

    Parameters:
        ask: reads a prepared statement: `Act.rows` or `Core.ask`.
    """
    (names, policies, assignments) = (ask(statement, **values) for statement, values in asked_of_alias(model_id, alias))
    if not names:
        return AliasState(alias)
    policy = policies[0] if policies else None
    in_force = policy is not None and policy["to_at"] is None
    return AliasState(
        name=names[0]["name"],
        alias_id=names[0]["id"],
        last=assignments[0] if assignments else None,
        policy=policy if in_force else None,
        locked=policy is not None and not in_force,
        is_routed=bool(names[0]["is_routed"]),
    )


def asked_of_alias(model_id: int, alias: str) -> list[Asking]:
    """What `read_state` asks."""
    which = {"model_id": model_id, "folded": fold(alias)}
    return [(_NAMED, which), (_NEWEST_POLICY, which), (_NEWEST_ASSIGNMENT, which)]


def ensure_alias(act: Act, state: AliasState) -> int:
    """The alias's id; its row is written at its first use, for which the act has an id (`Acts.run`)."""
    if state.alias_id is not None:
        return state.alias_id
    row = {"id": act.ids[AliasRow], "model_id": act.model["id"], "name": state.name, "folded": fold(state.name)}
    act.batch.write(_USE, **row)
    return act.ids[AliasRow]


def move(act: Act, state: AliasState, alias_id: int, event_id: int, version_id: int, previous_id: int | None) -> int:
    """Point an alias at a version from the act's time on; returns the assignment's id, one that the act has.

    Parameters:
        previous_id: the assignment that a rollback of this one goes back to.
    """
    end(act, state, event_id)
    row = {"id": act.ids[AssignmentRow], "model_id": act.model["id"], "alias_id": alias_id, "version_id": version_id}
    row |= {"from_at": act.at, "to_at": None, "previous_id": previous_id}
    act.batch.write(_SET, **row, set_by_event=event_id, ended_by_event=None)
    return act.ids[AssignmentRow]


def end(act: Act, state: AliasState, event_id: int) -> None:
    """End the assignment in force, if there is one, at the act's time."""
    if state.holder is not None:
        act.batch.write(_END, ending=state.holder["id"], to_at=act.at, ended_by_event=event_id)


_ALIAS = select(AliasRow.id).where(AliasRow.model_id == bindparam("model_id"), AliasRow.folded == bindparam("folded"))
_ROUTED = select(RouteRow.event_id).where(RouteRow.alias_id == AliasRow.id, RouteRow.to_at.is_(None)).exists()
_NAMED = Prepared(lambda dialect: _ALIAS.add_columns(AliasRow.name, _ROUTED.label("is_routed")))
_NEWEST_POLICY = Prepared(
    lambda dialect: (
        select(PolicyRow.__table__)
        .where(PolicyRow.alias_id == _ALIAS.scalar_subquery())
        .order_by(PolicyRow.from_at.desc())
        .limit(ONE)
    )
)
_NEWEST_ASSIGNMENT = Prepared(
    lambda dialect: (
        select(AssignmentRow.__table__, VersionRow.version, VersionRow.data_interval_end, VersionRow.logical_date)
        .join(VersionRow, VersionRow.id == AssignmentRow.version_id)
        .where(AssignmentRow.alias_id == _ALIAS.scalar_subquery())
        .order_by(AssignmentRow.from_at.desc())
        .limit(ONE)
    )
)
_SET = insertion(AssignmentRow)
_END = Prepared(
    lambda dialect: update(AssignmentRow).where(AssignmentRow.id == bindparam("ending")),
    keys=("to_at", "ended_by_event"),
)
_USE = insertion(AliasRow)
