"""The registry's methods on deployments."""

from __future__ import annotations

from datetime import datetime

from airflow_provider_registry.references import read_version
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.deployments import queries
from airflow_provider_registry.registry.deployments.acts import record_deployment
from airflow_provider_registry.registry.deployments.said import Said
from airflow_provider_registry.registry.deployments.views import Deployment
from airflow_provider_registry.registry.limits import check_flag, check_moment
from airflow_provider_registry.registry.versions.queries import find_version


class DeploymentMethods:
    """What a `Registry` does with deployments: it keeps what is reported, and deploys nothing."""

    _core: Core

    def record_deployment(
        self,
        version: object,
        environment: str,
        target: str,
        *,
        desired: str | None = None,
        actual: str | None = None,
        url: str | None = None,
        model_name: str | None = None,
        reason: str = "",
        key: str | None = None,
    ) -> Deployment:
        """Keep what a target should do with a version, what it does with it, or both.

        A target is a place that runs one version of the model at a time. What is said here is said of this version:
        `desired` makes it the one that the target should run (or have stopped), `actual` the one that it was seen to
        run. The other half stays as it is, so that during a rollout the two are different versions. Saying once more
        what is known changes nothing.

        While a version is live somewhere, it cannot be archived.

        Parameters:
            version: a reference, the mapping that a registration returned, or a number, with `model_name`.
            environment: such as `production`; compared as it is written.
            target: such as `eu-west-1/churn`; compared as it is written.
            desired: `running` or `stopped`.
            actual: `pending`, `running`, `failed`, `stopped` or `unknown`.
            url: where the target answers: http or https, without a user or a password; "" to forget it, None to leave
                it as it is.
            reason: for the record, such as why it failed.
            key: makes the act the same as another of the same key, and tells apart two of one task.

        Raises:
            InvalidInputError: a name, a state or the URL cannot be kept, or nothing is said.
            ArchivedVersionError: the version should run, and is archived.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        said = Said.read(environment, target, desired, actual, url, reason)
        return record_deployment(self._core, find_version(self._core, read_version(version, model_name)), said, key)

    def deployments(
        self,
        model_name: str | None = None,
        *,
        environment: str | None = None,
        target: str | None = None,
        live: bool = False,
    ) -> list[Deployment]:
        """How targets stand now, by model, environment and target.

        Parameters:
            model_name: of this model alone.
            environment: in this environment alone.
            target: this target alone, of every environment unless one is named.
            live: only those that run a version, may run one, or should.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        return queries.current(self._core, model_name, environment, target, live=check_flag("live", live))

    def deployments_at(
        self, model_name: str, at: datetime, *, environment: str | None = None, target: str | None = None
    ) -> list[Deployment]:
        """How the targets of a model stood at a moment in the past.

        Parameters:
            at: with a time zone.

        Raises:
            ModelNotFoundError: there is no such model.
            InvalidInputError: it is no moment, or one without a time zone.
        """
        return queries.at_moment(self._core, model_name, check_moment(at), environment, target)

    def deployment_history(
        self, model_name: str, *, environment: str | None = None, target: str | None = None
    ) -> list[Deployment]:
        """How the targets of a model stood, from when to when, and who said so; oldest first.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        return queries.history(self._core, model_name, environment, target)
