"""The registry's methods on gates."""

from __future__ import annotations

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.references import read_version
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.gates.acts import validate
from airflow_provider_registry.registry.gates.queries import gate_reports
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.versions.queries import find_version


class GateMethods:
    """What a `Registry` does with gates."""

    _core: Core

    def validate(
        self,
        model_name: str | None,
        version: object,
        *,
        alias: str,
        key: str | None = None,
        progress: Progress | None = None,
    ) -> GateReport:
        """Answer all gates of an alias's policy for a version, and store the report.

        A report that does not pass is no error here: look at `GateReport.passed`. The report is for exactly this
        version, policy, baseline and these metric rows; when one of them changes, it no longer counts.

        Parameters:
            model_name: the model; None where `version` names it.
            version: a number, its digits, a reference, or the mapping that a registration returned.
            alias: a protected alias.
            key: tells apart two validations of one task.
            progress: told of files and bytes where the policy asks that stored bytes are read.

        Raises:
            PolicyNotFoundError: the alias has no policy.
            VersionNotFoundError, ModelNotFoundError: there is no such version.
            StorageUnavailableError: the policy asks to read the bytes, and the store did not answer.
        """
        row = find_version(self._core, read_version(version, model_name))
        return validate(self._core, row, alias, key, progress)

    def gate_reports(
        self, version: object, *, alias: str | None = None, model_name: str | None = None
    ) -> list[GateReport]:
        """Every stored report of a version, oldest first, each gate with its numbers.

        Parameters:
            version: a reference, a number with `model_name`, or the mapping that a registration returned.
            alias: those for this alias alone.

        Raises:
            VersionNotFoundError, ModelNotFoundError: there is no such version.
        """
        return gate_reports(self._core, find_version(self._core, read_version(version, model_name)), alias)
