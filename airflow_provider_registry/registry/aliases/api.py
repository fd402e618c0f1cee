"""The registry's methods on aliases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.references import read_version
from airflow_provider_registry.registry.aliases import queries
from airflow_provider_registry.registry.aliases.clear import clear_alias
from airflow_provider_registry.registry.aliases.holders import holders, live
from airflow_provider_registry.registry.aliases.override import override
from airflow_provider_registry.registry.aliases.promote import promote
from airflow_provider_registry.registry.aliases.rollback import Retreat, rollback
from airflow_provider_registry.registry.aliases.views import Assignment
from airflow_provider_registry.registry.aliases.wish import Wish
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.limits import LARGEST, check_flag, check_moment, check_whole
from airflow_provider_registry.registry.models.queries import find_model
from airflow_provider_registry.registry.requests.locked import read_id
from airflow_provider_registry.registry.versions.queries import find_version


class AliasMethods:
    """What a `Registry` does with aliases."""

    _core: Core

    def promote(
        self,
        model_name: str | None,
        version: object,
        alias: str,
        *,
        reason: str = "",
        allow_older: bool = False,
        request: int | None = None,
        key: str | None = None,
        progress: Progress | None = None,
    ) -> Assignment:
        """Point an alias at a version. A free alias just moves; a protected one moves through its policy.

        Where the policy asks for approvals, an approved request is committed: alias, history, request and event in
        one transaction. Where none is pending, one is opened, and `ApprovalNeededError` says so.

        A gate report that passed and is still bound counts; where there is none, the gates are answered here. The
        stored bytes are read first, unless a check within the policy's `integrity_max_age` (24 h where there is no
        policy) found them right.

        Parameters:
            model_name: the model; None where `version` names it.
            version: a number, its digits, a reference, or the mapping that a registration returned.
            alias: the alias; it comes to be with its first promotion.
            reason: for the record.
            allow_older: let a backfill, or a version of older data than the live one's, take the alias.
            request: id of the promotion request to commit; None for whichever is pending.
            key: tells apart two promotions of one task.

        Raises:
            NotPassedError: the gates did not pass; the report is stored, and is its `report`.
            ApprovalNeededError: the request, its `request`, waits for people; it was there or was opened now.
            RequestRejectedError: people have decided on exactly this, and against it.
            RequestEndedError: the request that was named has ended; the message says who won.
            ArchivedVersionError, TestVersionError, MutableArtifactError, LockedAliasError: no gate can help.
            OlderDataError: a backfill or older data, without `allow_older`.
            RolledBackSinceError, SupersededSinceError: this very promotion was made before, and was undone since.
            DigestMismatchError, ArtifactNotFoundError: the stored bytes are not what was registered.
            StorageUnavailableError: they could not be read.
            BusyAliasError: the alias moved, or the version was signed, again and again meanwhile.
        """
        allow = check_flag("allow_older", allow_older)
        row = find_version(self._core, read_version(version, model_name))
        wish = Wish(row, alias, reason, allow, key, read_id(request) if request is not None else None)
        return promote(self._core, wish, progress)

    def override(
        self,
        model_name: str | None,
        version: object,
        alias: str,
        *,
        reason: str,
        key: str | None = None,
        progress: Progress | None = None,
    ) -> Assignment:
        """Point a protected alias at a version past its policy, as a person whom the policy names under `override`.

        The record keeps it as its own kind of event, and the version's history shows it.

        Parameters:
            reason: for those who read the record; not empty.
            key: tells apart two overrides of one task.

        Raises:
            NotAllowedError: the policy does not name this person, or not by this door.
            PolicyNotFoundError: the alias is free: promote.
            AlreadyHeldError: the version holds the alias.
            ArchivedVersionError, TestVersionError, MutableArtifactError, LockedAliasError: not even so.
            DigestMismatchError, ArtifactNotFoundError: the stored bytes are not what was registered.
        """
        row = find_version(self._core, read_version(version, model_name))
        wish = Wish(row, alias, reason, allow_older=True, key=key)
        return queries.assignment_by_id(self._core, override(self._core, wish, progress))

    def rollback(
        self,
        model_name: str,
        alias: str,
        *,
        reason: str,
        to: object = None,
        key: str | None = None,
        progress: Progress | None = None,
    ) -> Assignment:
        """Point an alias back at a version that held it before, protected or not: it was let in then.

        Each rollback goes one promotion further back. Where the artifact store is away, it goes ahead without reading
        the bytes, and the record says so. The policy's `rollback:` may ask more: who may, and that bytes are read.

        Parameters:
            reason: for those who read the record; not empty.
            to: the version to go back to, in any form that names one; None for the one that the present displaced.
            key: tells apart two rollbacks of one task.

        Raises:
            NoEarlierHolderError: nothing held the alias before, or `to` never did.
            ArchivedVersionError, TestVersionError, MutableArtifactError: that version may not hold the alias any more;
                go further back with `to`.
            LockedAliasError: the alias lost its policy.
            NotAllowedError: the policy's `rollback:` does not name this actor.
            DigestMismatchError, ArtifactNotFoundError: its bytes are not what was registered.
            SupersededSinceError: this very rollback was made before, and the alias has moved on since.
        """
        number = None if to is None else read_version(to, model_name).version
        if to is not None and number is None:
            raise InvalidInputError(f"Roll back to a version by its number, not by an alias ({shown(to)}).")
        retreat = Retreat(model_name, alias, reason, number, key)
        return queries.assignment_by_id(self._core, rollback(self._core, retreat, progress))

    def clear_alias(self, model_name: str, alias: str, *, reason: str = "", key: str | None = None) -> None:
        """Empty a free alias; a protected one as a person whom its policy names under `override`.

        Parameters:
            reason: for the record; not empty where the alias is protected.

        Raises:
            ProtectedAliasError: it has a policy, and that does not name this person.
            AliasNotFoundError: it points at no version.
        """
        clear_alias(self._core, model_name, alias, reason, key)

    def holders(self, named: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Assignment]:
        """What many aliases point at now: one statement, however many they are.

        Parameters:
            named: pairs of a model's name and an alias's.

        Returns:
            the assignment of each that points at a version; what holds nothing, or is not there, is left out.

        Raises:
            InvalidNameError: one of them is no name.
        """
        return holders(self._core, named)

    def live(self, alias: str | None = None) -> list[Assignment]:
        """What every alias of every model points at now, by model and alias: one statement.

        Parameters:
            alias: this one alone, of every model.
        """
        return live(self._core, alias)

    def alias_at(self, model_name: str, alias: str, at: datetime) -> Assignment | None:
        """Which version an alias pointed at, at a moment in the past; None where it pointed at none.

        Parameters:
            at: with a time zone.

        Raises:
            ModelNotFoundError: there is no such model.
            InvalidInputError: it is no moment, or one without a time zone.
        """
        found = queries.alias_at(self._core, model_name, alias, check_moment(at))
        if found is None:
            find_model(self._core, model_name)
        return found

    def history(
        self,
        model_name: str,
        alias: str | None = None,
        *,
        limit: int | None = None,
        before: datetime | None = None,
    ) -> list[Assignment]:
        """Every version that held an alias of a model, from when to when, who let it in and why; oldest first.

        Parameters:
            alias: what held this one alone.
            limit: what held it last alone, so many at most.
            before: what came to hold it before this moment alone, with a time zone.

        Raises:
            ModelNotFoundError: there is no such model.
            InvalidInputError: the limit is none, or the moment has no time zone.
        """
        most = LARGEST if limit is None else check_whole("limit", limit)
        until = queries.ALWAYS if before is None else check_moment(before)
        return queries.history(self._core, model_name, alias, most, until)
