"""The registry's methods on routes."""

from __future__ import annotations

from datetime import datetime

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.errors import AliasNotFoundError, InvalidInputError, InvalidReferenceError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import fold
from airflow_provider_registry.references import Reference, read_version
from airflow_provider_registry.registry.aliases.wish import Wish
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.limits import check_age, check_flag, check_moment
from airflow_provider_registry.registry.models.queries import find_model
from airflow_provider_registry.registry.requests.locked import read_id
from airflow_provider_registry.registry.routes import queries
from airflow_provider_registry.registry.routes.acts import end, route
from airflow_provider_registry.registry.routes.routing import Routing
from airflow_provider_registry.registry.routes.share import Share
from airflow_provider_registry.registry.routes.views import Route
from airflow_provider_registry.registry.versions.queries import find_version
from airflow_provider_registry.registry.versions.views import ResolvedVersion

MAX_AGE = 10.0


class RouteMethods:
    """What a `Registry` does with routes: challengers beside the one holder of an alias."""

    _core: Core

    def route(
        self,
        model_name: str | None,
        version: object,
        alias: str,
        *,
        traffic: object = None,
        shadow: bool = False,
        reason: str = "",
        allow_older: bool = False,
        request: int | None = None,
        key: str | None = None,
        progress: Progress | None = None,
    ) -> Route:
        """Give a challenger a share of an alias's traffic, or a copy of it; through the alias's policy, as a promotion.

        The alias keeps its holder, which has what no challenger gets. Where the policy asks for approvals, an approved
        promotion request of this version for this alias is needed, and stays: a later promotion commits it. Where none
        is pending, one is opened, and `ApprovalNeededError` says so. A route that is there is changed to the new
        share; the same again changes nothing. When the alias moves, is emptied, or loses its policy, its routes end.

        Parameters:
            model_name: the model; None where `version` names it.
            version: a number, its digits, a reference, or the mapping that a registration returned.
            alias: an alias that points at another version.
            traffic: percent of the keys, above 0 and below 100, with at most two decimals, as a number or its digits.
            shadow: in the place of `traffic`: it gets a copy, and nobody gets its answers.
            reason: for the record.
            allow_older: let a backfill, or a version of older data than the live one's, challenge it.
            request: id of the promotion request that lets it in; None for whichever is pending.
            key: tells apart two routes of one task.

        Raises:
            AliasNotFoundError: nothing holds the alias.
            AlreadyHeldError: the version holds it.
            NoTrafficLeftError: with the other challengers, it would leave the holder nothing.
            NotPassedError: the gates did not pass; the report is stored, and is its `report`.
            ApprovalNeededError: the request, its `request`, waits for people; it was there or was opened now.
            RequestRejectedError: people have decided on exactly this, and against it.
            RequestEndedError: the request that was named has ended.
            ArchivedVersionError, TestVersionError, MutableArtifactError, LockedAliasError: no gate can help.
            OlderDataError: a backfill or older data, without `allow_older`.
            SupersededSinceError: this very route was made before, and was changed or ended since.
            DigestMismatchError, ArtifactNotFoundError: the stored bytes are not what was registered.
            StorageUnavailableError: they could not be read.
            BusyAliasError: the alias moved, or the version was signed, again and again meanwhile.
        """
        share = Share.read(traffic, shadow)
        allow = check_flag("allow_older", allow_older)
        row = find_version(self._core, read_version(version, model_name))
        wish = Wish(row, alias, reason, allow, key, read_id(request) if request is not None else None)
        return route(self._core, wish, share, progress)

    def end_route(
        self, model_name: str | None, version: object, alias: str, *, reason: str = "", key: str | None = None
    ) -> None:
        """Take a challenger's route away: what it had goes back to the holder.

        Raises:
            RouteNotFoundError: it has none.
            SupersededSinceError: this very act was done before, and the version was given a route since.
        """
        end(self._core, find_version(self._core, read_version(version, model_name)), alias, reason, key)

    def routes(self, model_name: str, alias: str | None = None) -> list[Route]:
        """The routes of a model that are in force, oldest first.

        Parameters:
            alias: of this alias alone.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        return queries.current(self._core, model_name, alias)

    def routes_at(self, model_name: str, alias: str, at: datetime) -> list[Route]:
        """The routes of an alias that were in force at a moment in the past, oldest first.

        Parameters:
            at: with a time zone.

        Raises:
            ModelNotFoundError: there is no such model.
            InvalidInputError: it is no moment, or one without a time zone.
        """
        return queries.at_moment(self._core, model_name, alias, check_moment(at))

    def route_history(self, model_name: str, alias: str | None = None) -> list[Route]:
        """Every route of a model, from when to when, who set it and why; oldest first.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        return queries.history(self._core, model_name, alias)

    def shadows(self, reference: str, *, max_age: float = MAX_AGE) -> list[ResolvedVersion]:
        """The versions that get a copy of an alias's traffic, by number; nobody gets their answers.

        Parameters:
            reference: `models:/churn@production`.
            max_age: seconds for which what was read counts, as for `resolve`.

        Raises:
            InvalidReferenceError: it names no alias.
            AliasNotFoundError, ModelNotFoundError: it is not there, or points at nothing.
        """
        named = read_version(reference)
        if named.alias is None:
            raise InvalidReferenceError(
                f"{shown(reference)} names a version, and aliases have shadows: write @<alias>."
            )
        return list(routing_of(self._core, named, max_age).shadows)


def check_answer_key(given: object) -> str:
    """The key by which a version answers.

    Raises:
        InvalidInputError: it is no text, or an empty one.
    """
    if not isinstance(given, str) or not given:
        raise InvalidInputError(f"key is {shown(given, 60)}: give the text by which it is answered, not empty.")
    return given


def routing_of(core: Core, named: Reference, max_age: float) -> Routing:
    """How an alias is routed, from what this process has read of it.

    Raises:
        AliasNotFoundError, ModelNotFoundError: it is not there, or points at nothing.
    """
    assert named.alias is not None
    age = check_age("max_age", max_age)
    found = core.routing.routing(core, fold(named.model_name), fold(named.alias), age)
    if found is None:
        name = find_model(core, named.model_name)["name"]
        raise AliasNotFoundError(f"The alias {named.alias!r} of {name!r} points at no version now.")
    return found
