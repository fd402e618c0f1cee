"""How an alias stands under its model's lock, and the one way in which it moves."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, insert, select, update

from airflow_provider_registry.errors import LockedAliasError
from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policies.stored import read_stored
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.versions.tables import VersionRow


@dataclass(frozen=True)
class AliasState:
    """An alias, as it is now.

    Attributes:
        alias_id: None where nobody has used the alias yet.
        last: the newest assignment, with the version's number: the baseline (rule 6), also while the alias is empty.
        policy: the policy in force.
        locked: it had a policy and has none (rule 6).
    """

    name: str
    alias_id: int | None = None
    last: RowMapping | None = None
    policy: RowMapping | None = None
    locked: bool = False

    @property
    def holder(self) -> RowMapping | None:
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


def read_state(connection: Connection, model_id: int, alias: str) -> AliasState:
    """How an alias stands; inside an act, until the act ends."""
    named = (AliasRow.model_id == model_id, AliasRow.folded == fold(alias))
    row = connection.execute(select(AliasRow.id, AliasRow.name).where(*named)).mappings().one_or_none()
    if row is None:
        return AliasState(alias)
    policy = _newest_policy(connection, row["id"])
    in_force = policy is not None and policy["to_at"] is None
    return AliasState(
        name=row["name"],
        alias_id=row["id"],
        last=_newest_assignment(connection, row["id"]),
        policy=policy if in_force else None,
        locked=policy is not None and not in_force,
    )


def ensure_alias(act: Act, state: AliasState) -> int:
    """The alias's id; its row is written at its first use."""
    if state.alias_id is not None:
        return state.alias_id
    row = {"model_id": act.model["id"], "name": state.name, "folded": fold(state.name)}
    return int(act.connection.execute(insert(AliasRow).values(row).returning(AliasRow.id)).scalar_one())


def move(act: Act, state: AliasState, alias_id: int, event_id: int, version_id: int, previous_id: int | None) -> int:
    """Point an alias at a version from the act's time on; returns the assignment's id.

    Parameters:
        previous_id: the assignment that a rollback of this one goes back to.
    """
    end(act, state, event_id)
    row = {"model_id": act.model["id"], "alias_id": alias_id, "version_id": version_id, "from_at": act.at}
    statement = insert(AssignmentRow).values(**row, previous_id=previous_id, set_by_event=event_id)
    return int(act.connection.execute(statement.returning(AssignmentRow.id)).scalar_one())


def end(act: Act, state: AliasState, event_id: int) -> None:
    """End the assignment in force, if there is one, at the act's time."""
    if state.holder is not None:
        ended = update(AssignmentRow).where(AssignmentRow.id == state.holder["id"])
        act.connection.execute(ended.values(to_at=act.at, ended_by_event=event_id))


def _newest_assignment(connection: Connection, alias_id: int) -> RowMapping | None:
    statement = (
        select(AssignmentRow.__table__, VersionRow.version)
        .join(VersionRow, VersionRow.id == AssignmentRow.version_id)
        .where(AssignmentRow.alias_id == alias_id)
        .order_by(AssignmentRow.from_at.desc())
        .limit(1)
    )
    return connection.execute(statement).mappings().one_or_none()


def _newest_policy(connection: Connection, alias_id: int) -> RowMapping | None:
    statement = select(PolicyRow.__table__).where(PolicyRow.alias_id == alias_id)
    return connection.execute(statement.order_by(PolicyRow.from_at.desc()).limit(1)).mappings().one_or_none()
