"""Scans a version's files for pickles that run code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.assets.lineage import note_used
from airflow_provider_registry.operators.answers import IfCheckNotPassed, check_if_not_passed, check_not_passed
from airflow_provider_registry.operators.checks import check_seconds
from airflow_provider_registry.operators.naming import NamesVersion
from airflow_provider_registry.operators.outputs import push_outputs

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry


class ScanModelVersionOperator(NamesVersion):
    """Looks for pickles that run code in a version's files, without loading any, and keeps what was found.

    A gate `scan: pickle` of a policy then reads it. The extra `scan` must be installed where the task runs.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        version, reference, model_name: which version, as `NamesVersion` says (templated).
        timeout: seconds, or a `timedelta`, that looking into the files may take; those that were not done by then are
            unknown. It is not the task's `execution_timeout`.
        if_not_clean: what becomes of the task where the outcome is not `clean`, once that is recorded: `fail` without
            a retry, `skip`, or `continue`, which leaves it to the gates, such as one that allows an import.

    Returns:
        model_name, version, reference, outcome, the numbers of findings, scanner, findings_digest, created_at and
        event; the findings stay in the registry.
    """

    template_fields: Sequence[str] = NamesVersion.template_fields

    def __init__(
        self,
        *,
        timeout: float | timedelta = 600,
        if_not_clean: IfCheckNotPassed = "fail",
        version: Any = None,
        reference: Any = None,
        model_name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(version=version, reference=reference, model_name=model_name, **kwargs)
        check_if_not_passed(if_not_clean, IfCheckNotPassed)
        self.timeout = check_seconds("timeout", timeout)
        self.if_not_clean = if_not_clean

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Scan the version."""
        model_name, version = self.named()
        # An alias may move while files are looked into: what was found is of the version that was looked at.
        named = registry.resolve(version, model_name=model_name)
        scan = registry.scan(named.reference, timeout=self.timeout, key=self.key)
        note_used(self.hook, named)
        for finding in scan.findings:
            self.log.info("%-10s %s: %s", finding.level, finding.file, finding.what)
        outputs = scan.as_mapping()
        if scan.findings and self.if_not_clean != "continue":
            push_outputs(self, context, outputs)
            raise check_not_passed(scan, self.if_not_clean)
        self.log.info("%s", scan.sentence())
        return outputs
