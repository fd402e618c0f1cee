"""Register a folder that another task wrote, with an operator for each act.

The folder must be where the task that registers it can read it: a disk that all workers share, or `s3://…`. A folder
in /tmp, as here, is that on one machine alone.
"""

from __future__ import annotations

from airflow.sdk import dag, task

from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.operators.register import RegisterModelVersionOperator


@dag(schedule=None, tags=["model-registry"])
def register_folder():
    @task
    def export() -> dict[str, str | float]:
        import json
        from pathlib import Path
        from tempfile import mkdtemp

        folder = Path(mkdtemp(prefix="churn-"))
        (folder / "weights.json").write_text(json.dumps({"bias": -1.5, "months_since_last_order": 0.3}))
        (folder / "features.txt").write_text("months_since_last_order\n")
        return {"path": str(folder), "auc": 0.81}

    register = RegisterModelVersionOperator(
        task_id="register",
        model_name="growth/churn",
        artifact="{{ ti.xcom_pull('export')['path'] }}",
        metrics={"auc": "{{ ti.xcom_pull('export')['auc'] }}"},
        params={"regularisation": 0.1},
        inputs=[{"name": "orders", "uri": "s3://warehouse/orders", "rows": 120_000}],
        metadata={"owner": "ana"},
        tags={"kind": "logistic regression"},
        description="Exported by hand, for the pilot.",
    )
    promote = PromoteModelVersionOperator(
        task_id="promote", version=register.output, alias="staging", reason="for the pilot, in {{ run_id }}"
    )
    export() >> register >> promote


register_folder()
