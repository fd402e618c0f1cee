"""The registry's methods on checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_registry.references import read_version
from airflow_provider_registry.registry.checks.acts import record_check
from airflow_provider_registry.registry.checks.outcome import Outcome, check_check_name
from airflow_provider_registry.registry.checks.queries import OF_NAME, OF_VERSION, view
from airflow_provider_registry.registry.checks.views import RecordedCheck
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.versions.queries import find_version


class CheckMethods:
    """What a `Registry` does with checks."""

    _core: Core

    def record_check(
        self,
        model_name: str | None,
        version: object,
        name: str,
        passed: bool,
        evidence: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
    ) -> RecordedCheck:
        """Keep what a check of your own found of a version, beside it: a gate `check: <name>` reads the newest.

        A gate report that read an older outcome no longer counts, and a pending promotion request whose policy asks
        for this check is invalidated.

        Parameters:
            model_name: the model; None where `version` names it.
            version: a number, its digits, a reference, or the mapping that a registration returned.
            name: of the check, by which policies ask for it.
            passed: what it came to.
            evidence: what it found: a mapping that JSON can hold, at most 1 MiB of it.
            key: makes the act the same as another of the same key, and tells apart two of one task.

        Raises:
            InvalidInputError: the name, the outcome or the evidence cannot be kept; with every path of the evidence
                that JSON has no form for, such as NaN.
            TooLargeError: the evidence is larger than that.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        said = Outcome.read(name, passed, evidence)
        return record_check(self._core, find_version(self._core, read_version(version, model_name)), said, key)

    def checks(self, model_name: str | None, version: object, *, name: str | None = None) -> list[RecordedCheck]:
        """Every outcome of the checks of a version, newest first.

        Parameters:
            model_name: the model; None where `version` names it.
            version: a number, its digits, a reference, or the mapping that a registration returned.
            name: those of this check alone.

        Raises:
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        found = find_version(self._core, read_version(version, model_name))
        if name is None:
            rows = self._core.ask(OF_VERSION, version_id=found["id"])
        else:
            rows = self._core.ask(OF_NAME, version_id=found["id"], name=check_check_name(name))
        return [view(row) for row in rows]
