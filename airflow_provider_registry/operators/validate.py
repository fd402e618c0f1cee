"""Answers the gates of an alias's policy for a version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.assets.lineage import note_used
from airflow_provider_registry.operators.answers import IfNotPassed, check_if_not_passed, not_passed
from airflow_provider_registry.operators.naming import NamesVersion
from airflow_provider_registry.operators.outputs import push_outputs

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry


class ValidateModelVersionOperator(NamesVersion):
    """Answers all gates of an alias's policy for a version, and keeps the gate report.

    The report is stored and pushed to XCom before the task ends, whichever way it ends. A version that did not pass
    fails the task without a retry, or skips it; gates that could not be answered always fail it.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        alias: a protected alias (templated).
        version, reference, model_name: which version, as `NamesVersion` says (templated).
        if_not_passed: `fail`, or `skip`: not better tonight is a normal night.

    Returns:
        the report: what it is bound to, `passed`, and each gate's verdict with its numbers in `results`.
    """

    template_fields: Sequence[str] = (*NamesVersion.template_fields, "alias")

    def __init__(
        self,
        *,
        alias: str,
        version: Any = None,
        reference: Any = None,
        model_name: str | None = None,
        if_not_passed: IfNotPassed = "fail",
        **kwargs: Any,
    ) -> None:
        super().__init__(version=version, reference=reference, model_name=model_name, **kwargs)
        check_if_not_passed(if_not_passed)
        self.alias = alias
        self.if_not_passed = if_not_passed

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Validate the version."""
        model_name, version = self.named()
        report = registry.validate(model_name, version, alias=self.alias, key=self.key)
        note_used(self.hook, report)
        for gate, verdict, reason in report.table():
            self.log.info("%-8s %s: %s", verdict, gate, reason)
        outputs = report.as_mapping()
        if not report.passed:
            push_outputs(self, context, outputs)
            raise not_passed(report, self.if_not_passed)
        self.log.info("%s", report.sentence())
        return outputs
