"""The registry's methods on aliases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.references import read_version
from airflow_provider_registry.registry.aliases import queries
from airflow_provider_registry.registry.aliases.clear import clear_alias
from airflow_provider_registry.registry.aliases.holders import holders
from airflow_provider_registry.registry.aliases.promote import Wish, promote
from airflow_provider_registry.registry.aliases.rollback import Retreat, rollback
from airflow_provider_registry.registry.aliases.views import Assignment
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.models.queries import find_model
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
        key: str | None = None,
        progress: Progress | None = None,
    ) -> Assignment:
        """Point an alias at a version. A free alias just moves; a protected one moves through its policy.

        A gate report that passed and is still bound counts; where there is none, the gates are answered here. The
        stored bytes are read first, unless a check within the policy's `integrity_max_age` (24 h where there is no
        policy) found them right.

        Parameters:
            model_name: the model; None where `version` names it.
            version: a number, its digits, a reference, or the mapping that a registration returned.
            alias: the alias; it comes to be with its first promotion.
            reason: for the record.
            allow_older: let a backfill, or a version of older data than the live one's, take the alias.
            key: tells apart two promotions of one task.

        Raises:
            NotPassedError: the gates did not pass; the report is stored, and is its `report`.
            ArchivedVersionError, TestVersionError, MutableArtifactError, LockedAliasError: no gate can help.
            OlderDataError: a backfill or older data, without `allow_older`.
            RolledBackSinceError, SupersededSinceError: this very promotion was made before, and was undone since.
            DigestMismatchError, ArtifactNotFoundError: the stored bytes are not what was registered.
            StorageUnavailableError: they could not be read.
        """
        row = find_version(self._core, read_version(version, model_name))
        wish = Wish(row, alias, reason, allow_older, key)
        return queries.assignment_by_id(self._core, promote(self._core, wish, progress))

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
        the bytes, and the record says so.

        Parameters:
            reason: for those who read the record; not empty.
            to: the version to go back to, in any form that names one; None for the one that the present displaced.
            key: tells apart two rollbacks of one task.

        Raises:
            NoEarlierHolderError: nothing held the alias before, or `to` never did.
            ArchivedVersionError, TestVersionError, MutableArtifactError: that version may not hold the alias any more;
                go further back with `to`.
            LockedAliasError: the alias lost its policy.
            DigestMismatchError, ArtifactNotFoundError: its bytes are not what was registered.
            SupersededSinceError: this very rollback was made before, and the alias has moved on since.
        """
        number = None if to is None else read_version(to, model_name).version
        if to is not None and number is None:
            raise InvalidInputError(f"Roll back to a version by its number, not by an alias ({to!r}).")
        retreat = Retreat(model_name, alias, reason, number, key)
        return queries.assignment_by_id(self._core, rollback(self._core, retreat, progress))

    def clear_alias(self, model_name: str, alias: str, *, reason: str = "", key: str | None = None) -> None:
        """Empty a free alias.

        Raises:
            ProtectedAliasError: it has a policy.
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

    def alias_at(self, model_name: str, alias: str, at: datetime) -> Assignment | None:
        """Which version an alias pointed at, at a moment in the past; None where it pointed at none.

        Parameters:
            at: with a time zone.

        Raises:
            ModelNotFoundError: there is no such model.
            InvalidInputError: the moment has no time zone.
        """
        if at.tzinfo is None:
            raise InvalidInputError(f"{at} has no time zone: add one, such as datetime.UTC.")
        found = queries.alias_at(self._core, model_name, alias, at)
        if found is None:
            find_model(self._core, model_name)
        return found

    def history(self, model_name: str, alias: str | None = None) -> list[Assignment]:
        """Every version that held an alias of a model, from when to when, who let it in and why; oldest first.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        find_model(self._core, model_name)
        return queries.history(self._core, model_name, alias)
