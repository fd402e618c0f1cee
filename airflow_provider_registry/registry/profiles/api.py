"""The registry's methods on profiles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airflow_provider_registry.errors import NotFoundError
from airflow_provider_registry.references import read_version
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.limits import check_whole
from airflow_provider_registry.registry.profiles.acts import record_profile
from airflow_provider_registry.registry.profiles.queries import profiles_of
from airflow_provider_registry.registry.profiles.said import SaidProfile, read_dataset, read_phase
from airflow_provider_registry.registry.profiles.views import RecordedProfile
from airflow_provider_registry.registry.versions.queries import find_version

_MOST = 1_000


class ProfileMethods:
    """What a `Registry` does with profiles.

    Wherever a version is named, `reference` is `models:/churn/3`, `models:/churn@production`, the mapping that a
    registration returned, or a number where `model_name` is given too.
    """

    _core: Core

    def record_profile(
        self,
        reference: object,
        profile: Mapping[str, Any] | str,
        *,
        phase: str = "training",
        window: tuple[datetime | str, datetime | str] | Mapping[str, datetime | str] | str | None = None,
        dataset: str | None = None,
        model_name: str | None = None,
        key: str | None = None,
    ) -> RecordedProfile:
        """Keep the distributions of the data that a version was trained on or met, beside it, for good.

        Parameters:
            profile: what `profile_of` makes, or another mapping of the form of `profile.schema.json`; at most 1 MiB of
                JSON.
            phase: `training`, `validation` or `production`.
            window: when the data are from: `(start, end)`, the end exclusive.
            dataset: the name of the data.
            key: makes the act the same as another of the same key, and tells apart two of one task.

        Raises:
            InvalidProfileError: naming every place of the profile that is wrong.
            InvalidInputError: one of the others is not what it must be.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        said = SaidProfile.read(profile, phase, window, dataset)
        return record_profile(self._core, self._profiled(reference, model_name), said, key)

    def profile(
        self, reference: object, *, phase: str = "training", dataset: str | None = None, model_name: str | None = None
    ) -> RecordedProfile:
        """The newest profile of a version.

        Parameters:
            phase: of this phase.
            dataset: of this dataset; by default, of any.

        Raises:
            NotFoundError: it has none.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        version = self._profiled(reference, model_name)
        of_phase = read_phase(phase)
        found = profiles_of(self._core, version["id"], of_phase, _of(dataset), 1)
        if not found:
            on = f" on {dataset}" if dataset else ""
            raise NotFoundError(
                f"Version {version['version']} of {version['model_name']!r} has no {of_phase.value} profile{on}: "
                "record one with registry.record_profile."
            )
        return found[0]

    def profiles(
        self,
        reference: object,
        *,
        phase: str | None = None,
        dataset: str | None = None,
        limit: int = 100,
        model_name: str | None = None,
    ) -> list[RecordedProfile]:
        """Profiles of a version, newest first.

        Parameters:
            phase: of this phase alone.
            dataset: of this dataset alone.
            limit: at most so many, from 1 to 1,000.

        Raises:
            InvalidInputError: one of them is not what it must be.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        of_phase = None if phase is None else read_phase(phase)
        check_whole("limit", limit, _MOST)
        return profiles_of(self._core, self._profiled(reference, model_name)["id"], of_phase, _of(dataset), limit)

    def _profiled(self, reference: object, model_name: str | None) -> Row:
        return find_version(self._core, read_version(reference, model_name))


def _of(dataset: str | None) -> str | None:
    return None if dataset is None else read_dataset(dataset)
