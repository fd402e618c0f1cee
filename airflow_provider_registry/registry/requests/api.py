"""The registry's methods on promotion requests."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import check_text
from airflow_provider_registry.references import MAX_VERSION, read_version
from airflow_provider_registry.registry.aliases.wish import Wish
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.limits import check_flag, check_whole
from airflow_provider_registry.registry.named import each_item
from airflow_provider_registry.registry.requests import queries
from airflow_provider_registry.registry.requests.decide import Answer, decide
from airflow_provider_registry.registry.requests.locked import read_id
from airflow_provider_registry.registry.requests.newest import newest_requests
from airflow_provider_registry.registry.requests.request import request_promotion
from airflow_provider_registry.registry.requests.standing import Standing, standings
from airflow_provider_registry.registry.requests.states import RequestState, Verdict
from airflow_provider_registry.registry.requests.views import PromotionRequest, RequestStatus
from airflow_provider_registry.registry.requests.withdraw import withdraw
from airflow_provider_registry.registry.versions.queries import find_version

PAGE = 1_000
_MOST_STATES = 100  # there are fewer, and an iterable may have no end


class RequestMethods:
    """What a `Registry` does with promotion requests."""

    _core: Core

    def request_promotion(
        self,
        model_name: str | None,
        version: object,
        alias: str,
        *,
        reason: str = "",
        allow_older: bool = False,
        key: str | None = None,
    ) -> PromotionRequest:
        """Ask that a protected alias be moved to a version. The gates must pass; people decide on the rest.

        A pending request of the same version for the same alias is found, not opened twice. What a newer request does
        to the others of the alias is said by the policy's `on_newer`. Where the policy asks for no approvals, the
        request is approved at once.

        Parameters:
            model_name: the model; None where `version` names it.
            version: a number, its digits, a reference, or the mapping that a registration returned.
            alias: a protected alias.
            reason: for those who decide, and for the record.
            allow_older: let a backfill, or a version of older data than the live one's, ask.
            key: tells apart two requests of one task.

        Raises:
            NotPassedError: the gates did not pass; the report is stored, and is its `report`.
            AlreadyHeldError: the version holds the alias.
            PolicyNotFoundError: the alias is free: promote.
            ArchivedVersionError, TestVersionError, MutableArtifactError, LockedAliasError: no approval can help.
            OlderDataError: a backfill or older data, without `allow_older`.
            BusyAliasError: the version was signed again and again meanwhile.
        """
        allow = check_flag("allow_older", allow_older)
        row = find_version(self._core, read_version(version, model_name))
        wish = Wish(row, alias, reason, allow, key)
        return queries.request_by_id(self._core, request_promotion(self._core, wish))

    def get_request(self, request_id: int) -> PromotionRequest:
        """A request, as it stands now.

        Raises:
            RequestNotFoundError: there is none of this id.
        """
        return queries.request_by_id(self._core, read_id(request_id))

    def requests(
        self,
        model_name: str | None = None,
        *,
        alias: str | None = None,
        version: int | None = None,
        state: RequestState | str | Iterable[RequestState | str] | None = None,
        limit: int = 100,
    ) -> list[PromotionRequest]:
        """Promotion requests, the newest first.

        Parameters:
            version: of this number alone.
            state: one state or several, as they are now; None for all.
            limit: how many at most, up to 1,000.

        Raises:
            ModelNotFoundError: there is no such model.
            InvalidInputError: there is no such state, or the limit is none.
        """
        states = _states(state)
        most = check_whole("limit", limit, PAGE)
        number = None if version is None else check_whole("version", version, MAX_VERSION)
        return queries.list_requests(self._core, model_name, alias, number, states, most)

    def newest_requests(self, named: Iterable[tuple[str, int, str]]) -> dict[tuple[str, int, str], RequestStatus]:
        """How the newest request of each of many versions stands: one statement, however many they are.

        Parameters:
            named: triples of a model's name, a version's number and an alias's name; what was never asked for is
                left out of the answer.

        Raises:
            InvalidNameError: one of them is no name.
        """
        return newest_requests(self._core, named)

    def standings(self, request_ids: Iterable[int]) -> dict[int, Standing]:
        """Whether the person on whose behalf this registry acts may decide on requests, in which roles, or why not.

        It saves a person the try, and refuses nothing: `decide` looks again.

        Parameters:
            request_ids: what is not pending, or not there, is left out of the answer.

        Raises:
            RequestNotFoundError: one of them can be no request.
            TooLargeError: more than 1,000 at once.
        """
        return standings(self._core, [read_id(one) for one in each_item(request_ids, "ids of requests", PAGE)])

    def decide(
        self,
        request_id: int,
        *,
        verdict: Verdict | str,
        role: str | None = None,
        comment: str = "",
        report: str | None = None,
        key: str | None = None,
    ) -> PromotionRequest:
        """Approve or reject a pending request, as the person on whose behalf this registry acts.

        Only a person's last decision counts. When every role has its approvals, the request is approved; one reject
        ends it. A decision that may not count is kept in the record as an attempt, and refused.

        Parameters:
            verdict: `approve` or `reject`.
            role: of the policy; None for the only one in which the person may decide.
            comment: for the record.
            report: digest of the gate report that the person saw; refused where the request has another now.
            key: tells apart two decisions of one task.

        Raises:
            DecisionRefusedError: not in the role, four eyes, a door that the policy does not take, or a task.
            StaleReportError: the person looked at another report.
            RequestRejectedError, RequestEndedError: it is not pending any more.
            RequestNotFoundError: there is none of this id.
            InvalidInputError: no such verdict or role.
        """
        said = _verdict(verdict)
        for name, text in (("role", role), ("digest of the report", report)):
            if text is not None:
                check_text(name, text)
        found = read_id(request_id)
        decide(self._core, found, Answer(said, role, comment, report, key))
        return queries.request_by_id(self._core, found)

    def withdraw(self, request_id: int, *, reason: str, key: str | None = None) -> PromotionRequest:
        """Take a pending request back.

        Raises:
            RequestRejectedError, RequestEndedError: it is not pending any more.
            RequestNotFoundError: there is none of this id.
        """
        found = read_id(request_id)
        withdraw(self._core, found, reason, key)
        return queries.request_by_id(self._core, found)


def _states(given: Any) -> list[RequestState]:
    """The states, each once; none for None."""
    if given is None:
        return []
    if isinstance(given, str):
        return [_state(given)]
    try:
        each = iter(given)
    except TypeError:
        return [_state(given)]
    return list(dict.fromkeys(map(_state, islice(each, _MOST_STATES))))


def _state(given: object) -> RequestState:
    try:
        return RequestState(given if isinstance(given, str) else "")
    except ValueError:
        raise InvalidInputError(
            f"A request is never {shown(given)}: the states are {', '.join(RequestState)}."
        ) from None


def _verdict(given: object) -> Verdict:
    try:
        return Verdict(given if isinstance(given, str) else "")
    except ValueError:
        raise InvalidInputError(f"The verdict is {shown(given)}: give {' or '.join(Verdict)}.") from None
