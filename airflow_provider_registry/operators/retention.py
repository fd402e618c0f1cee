"""Applies retention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.operators.base import ModelRegistryOperator
from airflow_provider_registry.operators.checks import check_flag

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry


class ApplyRetentionOperator(ModelRegistryOperator):
    """Archives the versions that their models' `retention:` no longer keeps, and removes the bytes of those archived
    for long.

    Models without a retention keep everything. A retry, or a task that is cleared, does what is left.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        model_name: the model (templated); None for all of them.
        dry_run: write and remove nothing, only say what would be done.

    Returns:
        archived, purged, bytes_won, dry_run, and models: how many versions of each were archived and purged.
    """

    template_fields: Sequence[str] = (*ModelRegistryOperator.template_fields, "model_name")

    def __init__(self, *, model_name: str | None = None, dry_run: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.model_name = model_name
        # Airflow's operators have a method dry_run.
        self.only_look = check_flag("dry_run", dry_run)

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Apply it."""
        report = registry.apply_retention(self.model_name, dry_run=self.only_look)
        for model in report.models:
            for each in model.versions:
                if each.why == "":
                    self.log.info("Version %d of %s: %s.", each.version, model.model_name, each.fate.value)
        self.log.info("%s", report.sentence())
        return report.as_mapping()
