"""Records feedback on a model version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.operators.naming import NamesVersion
from airflow_provider_registry.operators.rows import rows_or_file

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry


class RecordFeedbackOperator(NamesVersion):
    """Keeps what people and programs said of a version, beside it: one event for each 10,000 rows.

    A retry, or a cleared task with the same rows, records them once. What is wrong with rows is said of all of them, by
    their numbers, and then none is recorded.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        version: a number, its digits, a reference, the mapping that a registration returned, or an event of a model
            asset (templated).
        reference: the same thing, in the place of `version` (templated).
        model_name: the model; needed only where the version is a bare number (templated).
        rows: mappings with `kind` (`rating`, `flag`, `correction`, `comment`) and `value`, and optionally `subject`,
            `source` and `at`; such as the output of another task (templated).
        path: a `.csv` or `.parquet` file that this worker sees, in the place of `rows`; Parquet needs the extra
            `parquet` (templated).
        columns: which column of the file has which of these, where their names are not the same:
            `{"value": "stars"}` (templated).
        kind: of the rows that do not say theirs (templated).
        source: of the rows that do not say theirs (templated).

    Returns:
        model_name, version, reference, rows, counts (by kind) and events: the same on every retry.
    """

    template_fields: Sequence[str] = (*NamesVersion.template_fields, "rows", "path", "columns", "kind", "source")
    template_fields_renderers = dict.fromkeys(("rows", "columns"), "json")

    def __init__(
        self,
        *,
        version: Any = None,
        reference: Any = None,
        model_name: str | None = None,
        rows: Any = None,
        path: str | None = None,
        columns: Mapping[str, str] | str | None = None,
        kind: str | None = None,
        source: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(version=version, reference=reference, model_name=model_name, **kwargs)
        self.rows = rows
        self.path = path
        self.columns = columns
        self.kind = kind
        self.source = source

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Record the feedback."""
        from airflow_provider_registry.registry.feedback.said import FIELDS

        model_name, version = self.named()
        rows = rows_or_file("rows", self.rows, self.path, self.columns, FIELDS)
        done = registry.record_feedback_batch(
            version, rows, kind=self.kind, source=self.source, model_name=model_name, key=self.key
        )
        self.log.info("%s", done.sentence())
        return done.as_mapping()
