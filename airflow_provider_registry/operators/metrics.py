"""Records what a version measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.operators.naming import NamesVersion
from airflow_provider_registry.operators.rows import rows_or_file

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry


class RecordMetricsOperator(NamesVersion):
    """Records what was measured of a version over time, such as yesterday's scores once their labels are there.

    The same task that says the same again records nothing twice. A value that was recorded otherwise is refused: record
    a correction as the next `revision`.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        metrics: a mapping of names to numbers, or a list of rows, as `Registry.record_metrics` takes them (templated).
        path: a `.csv` or `.parquet` file of such rows that this worker sees, in the place of `metrics`; it is read row
            by row, and Parquet needs the extra `parquet` (templated).
        columns: which column of the file has which key of a row, where their names are not the same:
            `{"value": "auc"}` (templated).
        version, reference, model_name: which version, as `NamesVersion` says (templated).
        window: what it was measured over, `(start, end)` (templated); by default the data interval of the run. Where
            that is empty, or there is none, the values are of the moment for which the run was made.
        observed_at: when it was measured, with its zone (templated); now, by default.
        phase: `production`, `validation` or `training` (templated).
        dataset, slice: where it was measured (templated).
        revision: 1, or more for a correction (templated).

    Returns:
        model_name, version, reference, points (how many), the digest of what was recorded, and the event of the record.
    """

    template_fields: Sequence[str] = (
        *NamesVersion.template_fields,
        "metrics",
        "path",
        "columns",
        "window",
        "observed_at",
        "phase",
        "dataset",
        "slice",
        "revision",
    )

    def __init__(
        self,
        *,
        metrics: Any = None,
        path: str | None = None,
        columns: Mapping[str, str] | str | None = None,
        version: Any = None,
        reference: Any = None,
        model_name: str | None = None,
        window: Any = None,
        observed_at: Any = None,
        phase: str = "production",
        dataset: str | None = None,
        slice: Any = None,
        revision: Any = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(version=version, reference=reference, model_name=model_name, **kwargs)
        self.metrics = metrics
        self.path = path
        self.columns = columns
        self.window = window
        self.observed_at = observed_at
        self.phase = phase
        self.dataset = dataset
        self.slice = slice
        self.revision = revision

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Record the metrics."""
        from airflow_provider_registry.registry.metrics.points import FIELDS

        model_name, version = self.named()
        recorded = registry.record_metrics(
            version,
            rows_or_file("metrics", self.metrics, self.path, self.columns, FIELDS),
            model_name=model_name,
            phase=self.phase,
            dataset=self.dataset,
            slice=self.slice,
            revision=self.revision,
            key=self.key,
            **self._when(context),
        )
        self.log.info("%s", recorded.sentence())
        return recorded.as_mapping()

    def _when(self, context: Context) -> dict[str, Any]:
        """The window and the time: those that were given, or those of the run, which are the same on each retry."""
        if self.window is not None:
            return {"window": self.window, "observed_at": self.observed_at}
        run = context["dag_run"]
        begin, end = run.data_interval_start, run.data_interval_end
        if self.observed_at is None and begin is not None and end is not None and begin < end:
            return {"window": (begin, end)}
        return {"observed_at": self.observed_at or end or run.run_after}
