"""The registry's methods on gates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.references import read_version
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.gates.acts import validate
from airflow_provider_registry.registry.gates.contest import Contest, hold_contest, read_contest
from airflow_provider_registry.registry.gates.degradation import Degradation, find_degradation, read_condition
from airflow_provider_registry.registry.gates.queries import gate_reports, newest_gate_reports
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.limits import check_whole
from airflow_provider_registry.registry.policies.read_gate import MOST_WINDOWS
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
            BusyAliasError: the version was signed again and again meanwhile.
        """
        row = find_version(self._core, read_version(version, model_name))
        return validate(self._core, row, alias, key, progress)

    def gate_reports(
        self,
        version: object,
        *,
        alias: str | None = None,
        model_name: str | None = None,
        limit: int | None = None,
        before: int | None = None,
    ) -> list[GateReport]:
        """Every stored report of a version, oldest first, each gate with its numbers.

        Parameters:
            version: a reference, a number with `model_name`, or the mapping that a registration returned.
            alias: those for this alias alone.
            limit: the newest alone, so many at most.
            before: those alone that were stored before the report of this id.

        Raises:
            VersionNotFoundError, ModelNotFoundError: there is no such version.
        """
        most = None if limit is None else check_whole("limit", limit)
        until = None if before is None else check_whole("before", before)
        row = find_version(self._core, read_version(version, model_name))
        return gate_reports(self._core, row, alias, most, until)

    def newest_gate_reports(self, named: Iterable[tuple[str, int]]) -> dict[tuple[str, int], GateReport]:
        """What the gates said last of each of many versions, for whatever alias: one statement.

        Parameters:
            named: pairs of a model's name and a version's number; what has no report is left out of the answer.

        Raises:
            InvalidNameError, InvalidInputError: one of them is no name, or no number.
        """
        return newest_gate_reports(self._core, named)

    def degradation(
        self, version: object, condition: Mapping[str, Any], *, model_name: str | None = None
    ) -> Degradation:
        """Whether what was recorded of a version in production breaks a condition in each of its newest windows.

        Parameters:
            version: a reference, a number with `model_name`, or the mapping that a registration returned.
            condition: in the words of a policy's metric gate, of phase production without saying so:
                `{"metric": "auc", "threshold": 0.8, "greater_is_better": True, "windows": 3}`, or a change
                `against` `validation` or `previous_window`.

        Raises:
            InvalidPolicyError, InvalidInputError: it is no such condition.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        gate = read_condition(condition)
        return find_degradation(self._core, find_version(self._core, read_version(version, model_name)), gate)

    def contest(
        self,
        champion: object,
        challenger: object,
        gates: Sequence[Mapping[str, Any]],
        *,
        windows: int = 1,
        model_name: str | None = None,
    ) -> Contest:
        """Whether a challenger is to take the champion's place, by what both measured in the same windows.

        Parameters:
            champion, challenger: references, numbers with `model_name`, or mappings that registrations returned.
            gates: metric gates in the words of a policy, of phase production without saying so; the champion is the
                baseline.
            windows: that both must have been measured in before anything is decided.

        Returns:
            the decision, `promote`, `keep` or `stop`, with its reason and the gates' results.

        Raises:
            InvalidPolicyError, InvalidInputError: these are no such gates.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        policy, at_least = read_contest(gates), check_whole("windows", windows, MOST_WINDOWS)
        holder, other = (find_version(self._core, read_version(one, model_name)) for one in (champion, challenger))
        return hold_contest(self._core, holder, other, policy, at_least)
