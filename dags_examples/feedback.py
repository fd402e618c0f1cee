"""Keep what people say of predictions beside the version that made them, and look at how it stands.

`ratings` writes a file as an export of an app would be, with columns of its own names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from airflow.sdk import Param, dag, task

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.operators.feedback import RecordFeedbackOperator

RATINGS = """\
stars,prediction,customer,said_at
5,p-1001,c-17,2026-03-03T09:00:00+00:00
2,p-1002,c-18,2026-03-03T10:30:00+00:00
4,p-1003,c-19,2026-03-04T08:15:00+00:00
"""


@dag(
    schedule=None,
    params={"reference": Param("models:/churn@production", type="string"), "folder": Param("/tmp", type="string")},
    tags=["model-registry"],
)
def feedback():
    @task
    def ratings(params: dict[str, Any] | None = None) -> str:
        path = Path((params or {})["folder"], "ratings.csv")
        path.write_text(RATINGS)
        return str(path)

    @task
    def complaints() -> list[dict[str, Any]]:
        return [
            {"kind": "flag", "value": "wrong", "subject": "p-1002"},
            {"kind": "correction", "value": {"churns": False}, "subject": "p-1002", "source": "support desk"},
            {"kind": "comment", "value": "They renewed the day before.", "subject": "p-1002", "source": "support desk"},
        ]

    rated = RecordFeedbackOperator(
        task_id="rated",
        reference="{{ params.reference }}",
        path=ratings(),
        kind="rating",
        columns={"value": "stars", "subject": "prediction", "source": "customer", "at": "said_at"},
    )
    said = RecordFeedbackOperator(task_id="said", reference="{{ params.reference }}", rows=complaints())

    @task
    def by_day(version: dict[str, Any]) -> list[str]:
        with ModelRegistryHook().get_conn() as registry:
            days = registry.feedback_summary(version["reference"], every="1d")
        return [f"{day.from_at:%Y-%m-%d}: {day.rows} said, rated {day.mean}, flags {dict(day.flags)}" for day in days]

    said >> by_day(rated.output)


feedback()
