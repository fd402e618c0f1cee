"""The registry's methods on retention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.limits import check_flag
from airflow_provider_registry.registry.retention.acts import set_retention
from airflow_provider_registry.registry.retention.apply import apply_retention
from airflow_provider_registry.registry.retention.queries import retention_of
from airflow_provider_registry.registry.retention.retention import Retention
from airflow_provider_registry.registry.retention.views import RetentionReport


class RetentionMethods:
    """What a `Registry` does with retention: archiving what nobody needs, and removing its bytes later."""

    _core: Core

    def set_retention(
        self,
        model_name: str,
        retention: Mapping[str, Any] | Retention | None,
        *,
        reason: str = "",
        key: str | None = None,
    ) -> Retention | None:
        """Say which versions of a model are kept, when the others are archived, and when their bytes go.

        Nothing is done before `apply_retention`. Setting what is in force already changes nothing.

        Parameters:
            retention: as in a policy file: `keep_last`, and optionally `keep_aliased_within` and `grace`; None to keep
                all versions.

        Raises:
            InvalidRetentionError: with every violation and its path.
            ModelNotFoundError: there is no such model.
            SupersededSinceError: this very act was done before, and another retention is in force since.
        """
        parsed = None if retention is None else Retention.parse(retention)
        set_retention(self._core, model_name, parsed, reason, key)
        return parsed

    def retention(self, model_name: str) -> Retention | None:
        """The retention of a model; None where all of its versions are kept.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        return retention_of(self._core, model_name)

    def apply_retention(self, model_name: str | None = None, *, dry_run: bool = False) -> RetentionReport:
        """Archive the versions that retention no longer keeps, and remove the bytes of those archived for long.

        What an alias holds, held last, or would be rolled back to is never touched, nor what a pending request or
        another version's reference needs. Each version is archived in an act of its own, and each artifact purged in
        one; they look again under the model's lock. A purged version keeps all that is known of it. It may be stopped
        or killed anywhere: the next run goes on.

        Parameters:
            model_name: of this model alone; one without a retention keeps everything.
            dry_run: write and remove nothing, only say what would be done.

        Raises:
            ModelNotFoundError: there is no such model.
            RootOwnershipError: the artifact root belongs to another registry.
            StorageUnavailableError: the store did not answer; what was purged stays so, and its bytes go next time.
        """
        return apply_retention(self._core, model_name, check_flag("dry_run", dry_run))
