"""Promotes a version to an alias."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.errors import InvalidInputError, NotPassedError
from airflow_provider_registry.operators.answers import IfNotPassed, check_if_not_passed, not_passed
from airflow_provider_registry.operators.base import ModelRegistryOperator
from airflow_provider_registry.operators.naming import read_named

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry

GATE_REPORT = "gate_report"


class PromoteModelVersionOperator(ModelRegistryOperator):
    """Points an alias at a version: a free alias just moves, a protected one moves through its policy.

    A gate report that passed and still holds counts; where there is none, the gates are answered here. A task that is
    cleared does not promote again what was rolled back since (it fails, naming both events), nor what a later
    promotion superseded (it is skipped). A backfill, or data older than those of the live version, skip too.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        alias: the alias (templated).
        version: a number, its digits, a reference, or the mapping that a registration returned (templated).
        reference: the same thing, in the place of `version` (templated).
        model_name: the model; needed only where the version is a bare number (templated).
        reason: for those who read the record (templated).
        if_not_passed: `fail`, or `skip`: not better tonight is a normal night. Gates that could not be answered
            always fail the task. The report is then the XCom `gate_report`.
        allow_older: let a backfill, or older data than the live version's, take the alias.

    Returns:
        model_name, alias, version, digest, reference, previous_version, since and event.
    """

    template_fields: Sequence[str] = (
        *ModelRegistryOperator.template_fields,
        "model_name",
        "version",
        "reference",
        "alias",
        "reason",
    )

    def __init__(
        self,
        *,
        alias: str,
        version: Any = None,
        reference: Any = None,
        model_name: str | None = None,
        reason: str = "",
        if_not_passed: IfNotPassed = "fail",
        allow_older: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_if_not_passed(if_not_passed)
        if not isinstance(allow_older, bool):  # the text 'False', of a template, would let everything through
            raise InvalidInputError(f"allow_older is {allow_older!r}: write True or False.")
        self.alias = alias
        self.version = version
        self.reference = reference
        self.model_name = model_name
        self.reason = reason
        self.if_not_passed = if_not_passed
        self.allow_older = allow_older

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Promote the version."""
        model_name, version = read_named(self.model_name, self.version, self.reference)
        try:
            held = registry.promote(
                model_name, version, self.alias, reason=self.reason, allow_older=self.allow_older, key=self.key
            )
        except NotPassedError as error:
            if self.do_xcom_push:
                context["ti"].xcom_push(GATE_REPORT, error.report.as_mapping())
            raise not_passed(error.report, self.if_not_passed) from error
        before = f"version {held.previous_version}" if held.previous_version else "nothing"
        self.log.info("%s of %s moved from %s to version %d.", held.alias, held.model_name, before, held.version)
        return held.as_mapping()
