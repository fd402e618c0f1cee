"""What needs a version: the one list that archiving and retention share.

What uses a version now bars archiving it, by whomever. What may need it later bars retention alone: whoever archives a
version by hand knows which one they mean.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, or_, select, true
from sqlalchemy.orm import aliased

from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.deployments.states import LIVE_ACTUAL, LIVE_DESIRED
from airflow_provider_registry.registry.deployments.tables import DeploymentRow
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.requests.states import PENDING
from airflow_provider_registry.registry.requests.tables import RequestRow
from airflow_provider_registry.registry.routes.tables import RouteRow
from airflow_provider_registry.registry.versions.tables import Storage, VersionRow

# The id of a version, and what needs it, as the rest of a sentence about the version.
Need: TypeAlias = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose needs are asked for.

    Attributes:
        at: the time now.
        version_id: of one version; None for all of the model's.
    """

    connection: Connection
    model_id: int
    at: datetime
    version_id: int | None = None

    def within(self, version_id: ColumnElement[int]) -> ColumnElement[bool]:
        """That a column is the version, or any."""
        return true() if self.version_id is None else version_id == self.version_id


def in_use(scope: Scope) -> list[str]:
    """What uses a version now, each as the rest of a sentence."""
    return [why for reader in _IN_USE for _, why in reader(scope)]


def needed(scope: Scope) -> Mapping[int, list[str]]:
    """What uses versions now or may need them, by the id of each."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for reader in (*_IN_USE, *_MAY_NEED):
        for version_id, why in reader(scope):
            found[version_id].append(why)
    return found


def _holders(scope: Scope) -> Iterator[Need]:
    held = (AssignmentRow.model_id == scope.model_id, AssignmentRow.to_at.is_(None))
    statement = select(AssignmentRow.version_id, AliasRow.name).join(AliasRow, AliasRow.id == AssignmentRow.alias_id)
    statement = statement.where(*held, scope.within(AssignmentRow.__table__.c.version_id)).order_by(AliasRow.name)
    for version_id, alias in scope.connection.execute(statement):
        yield version_id, f"holds {alias}"


def _challengers(scope: Scope) -> Iterator[Need]:
    routed = (RouteRow.model_id == scope.model_id, RouteRow.to_at.is_(None))
    statement = select(RouteRow.version_id, AliasRow.name).join(AliasRow, AliasRow.id == RouteRow.alias_id)
    statement = statement.where(*routed, scope.within(RouteRow.__table__.c.version_id)).order_by(AliasRow.name)
    for version_id, alias in scope.connection.execute(statement):
        yield version_id, f"has a route beside the holder of {alias}"


def _deployed(scope: Scope) -> Iterator[Need]:
    columns = DeploymentRow.__table__.c
    now = (columns.model_id == scope.model_id, columns.to_at.is_(None))
    for version_id, live, how in (
        (columns.desired_version_id, columns.desired.in_(LIVE_DESIRED), "should run"),
        (columns.actual_version_id, columns.actual.in_(LIVE_ACTUAL), "runs, or may run,"),
    ):
        statement = select(version_id, columns.environment, columns.target).where(*now, live, scope.within(version_id))
        for number, environment, target in scope.connection.execute(statement.order_by(columns.event_id)):
            yield number, f"{how} at {target} in {environment}"


def _ways_back(scope: Scope) -> Iterator[Need]:
    """The baseline of each alias, also while it is empty, and where a rollback would go."""
    for alias, assignments in _histories(scope).items():
        last = assignments[max(assignments)]
        if last["to_at"] is not None:
            yield last["version_id"], f"is the baseline of {alias}, which is empty"
        before: RowMapping | None = last
        while before is not None and before["version_id"] == last["version_id"]:
            before = assignments.get(before["previous_id"])
        if before is not None:
            yield before["version_id"], f"is what a rollback of {alias} goes back to"


def _histories(scope: Scope) -> Mapping[str, dict[int, RowMapping]]:
    """The assignments of each alias by their ids, which are in the order of time; of those that the version held."""
    columns = (AssignmentRow.id, AssignmentRow.version_id, AssignmentRow.previous_id, AssignmentRow.to_at)
    statement = select(*columns, AliasRow.name).join(AliasRow, AliasRow.id == AssignmentRow.alias_id)
    statement = statement.where(AssignmentRow.model_id == scope.model_id)
    if scope.version_id is not None:
        held = aliased(AssignmentRow)
        mine = select(held.alias_id).where(held.version_id == scope.version_id)
        statement = statement.where(AssignmentRow.alias_id.in_(mine))
    found: defaultdict[str, dict[int, RowMapping]] = defaultdict(dict)
    for row in scope.connection.execute(statement).mappings():
        found[row["name"]][row["id"]] = row
    return found


def _requests(scope: Scope) -> Iterator[Need]:
    in_time = or_(RequestRow.expires_at.is_(None), RequestRow.expires_at > scope.at)
    mine = (RequestRow.model_id == scope.model_id, RequestRow.state.in_(PENDING), in_time)
    statement = select(RequestRow.version_id, RequestRow.id).where(
        *mine, scope.within(RequestRow.__table__.c.version_id)
    )
    for version_id, request_id in scope.connection.execute(statement.order_by(RequestRow.id)):
        yield version_id, f"is asked about by request {request_id}"


def _references(scope: Scope) -> Iterator[Need]:
    """Versions, of any model, that have their bytes by reference to where a version's lie, or to one file of them."""
    other = aliased(VersionRow)
    same = and_(other.digest == VersionRow.digest, other.storage == Storage.REFERENCE)
    statement = (
        select(VersionRow.id, VersionRow.uri, other.uri.label("refers_to"), ModelRow.name, other.version)
        .join(other, same)
        .join(ModelRow, ModelRow.id == other.model_id)
        .where(VersionRow.model_id == scope.model_id, VersionRow.storage == Storage.MANAGED)
        .where(scope.within(VersionRow.__table__.c.id))
    )
    for row in scope.connection.execute(statement).mappings():
        if row["refers_to"] == row["uri"] or row["refers_to"].startswith(f"{row['uri']}/"):
            yield row["id"], f"has the bytes that models:/{row['name']}/{row['version']} refers to"


_Reader: TypeAlias = Callable[[Scope], Iterator[Need]]
_IN_USE: tuple[_Reader, ...] = (_holders, _challengers, _deployed)
_MAY_NEED: tuple[_Reader, ...] = (_ways_back, _requests, _references)
