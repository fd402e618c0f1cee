"""One request under its model's lock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, select

from airflow_provider_registry.errors import (
    RecordTamperedError,
    RequestEndedError,
    RequestNotFoundError,
    RequestRejectedError,
)
from airflow_provider_registry.messages import shown
from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policies.stored import read_stored
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.requests.queries import read_request
from airflow_provider_registry.registry.requests.states import RequestState
from airflow_provider_registry.registry.requests.tables import RequestRow
from airflow_provider_registry.registry.requests.views import PromotionRequest
from airflow_provider_registry.registry.versions.rendered import plain
from airflow_provider_registry.registry.versions.tables import VersionRow


@dataclass(frozen=True)
class LockedRequest:
    """A request as an act finds it.

    Attributes:
        row: of the request, with the version's number.
        policy: the one that it is bound to.
        is_pending: whether something may still come of it, at the act's time.
    """

    act: Act
    row: RowMapping
    policy: Policy
    is_pending: bool

    @property
    def id(self) -> int:
        """What decisions name."""
        return int(self.row["id"])

    @property
    def report_digest(self) -> str:
        """Of the gate report that people look at."""
        return str(self.row["report_digest"])

    @property
    def where(self) -> dict[str, Any]:
        """The version and the alias, for an event."""
        return {"version": self.row["version"], "alias": self.row["alias"]}

    def view(self) -> PromotionRequest:
        """As callers see it."""
        return read_request(self.act.connection, self.id, self.act.at)

    def refuse_ended(self) -> None:
        """Go on only with a pending request.

        Raises:
            RequestRejectedError, RequestEndedError: saying who ended it, and why.
        """
        if not self.is_pending:
            raise ended(self.view())


def ended(request: PromotionRequest) -> RequestEndedError | RequestRejectedError:
    """The error that says how a request ended."""
    kind = RequestRejectedError if request.state is RequestState.REJECTED else RequestEndedError
    return kind(f"{request.sentence()} Final states never reopen: ask again.", request)


def lock_request(act: Act, request_id: int) -> LockedRequest:
    """A request of the act's model."""
    statement = (
        select(
            RequestRow.__table__,
            VersionRow.version,
            AliasRow.name.label("alias"),
            GateReportRow.digest.label("report_digest"),
            GateReportRow.body.label("report"),
            PolicyRow.body.label("policy_body"),
            PolicyRow.digest.label("policy_digest"),
        )
        .join(VersionRow, VersionRow.id == RequestRow.version_id)
        .join(AliasRow, AliasRow.id == RequestRow.alias_id)
        .join(GateReportRow, GateReportRow.id == RequestRow.report_id)
        .join(PolicyRow, PolicyRow.id == GateReportRow.policy_id)
        .where(RequestRow.id == request_id)
    )
    row = act.connection.execute(statement).mappings().one()
    policy = read_stored(row["alias"], row["policy_body"], row["policy_digest"])
    if policy.digest != row["report"]["policy_digest"]:
        raise RecordTamperedError(
            f"Request {request_id} of {act.model['name']!r} would be judged by another policy than it was opened "
            "under: find out who edited the database.",
            str(act.model["name"]),
        )
    pending = any(found["id"] == request_id for found in act.pending.find())
    return LockedRequest(act, row, policy, pending)


def model_of(core: Core, request_id: int) -> str:
    """The name of the model that a request is of.

    Raises:
        RequestNotFoundError: there is no such request.
    """
    statement = select(ModelRow.name).join(RequestRow, RequestRow.model_id == ModelRow.id)
    row = core.first(statement.where(RequestRow.id == read_id(request_id)))
    if row is None:
        raise RequestNotFoundError(f"There is no promotion request {request_id}: list them with Registry.requests().")
    return str(row["name"])


def read_id(given: object) -> int:
    """A request's id, as a number or as its digits.

    Raises:
        RequestNotFoundError: it can be none.
    """
    number = plain(given)
    text = f"{number:d}" if type(number) is int and 0 <= number < 10**18 else number
    if not isinstance(text, str) or not text.isascii() or not text.isdigit() or len(text) > 18:
        raise RequestNotFoundError(f"A promotion request has a number as its id, not {shown(given)}.")
    return int(text)
