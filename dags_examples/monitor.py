"""Score each day's visitors with the version that is live, and record how good it was once it is known who bought.

What decides whether a visitor buys turns a little further each day, so a version gets worse by itself.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from airflow.sdk import Param, dag, task

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.operators.metrics import RecordMetricsOperator

MODEL = "visitors"


def visitors(day: date) -> tuple[Any, Any]:
    """Two thousand visitors of a day, and which of them bought, as a warehouse would have them."""
    import numpy as np

    angle = 0.15 * day.toordinal()
    seen = np.random.default_rng(day.toordinal()).normal(size=(2_000, 2))
    return seen, seen @ [np.cos(angle), np.sin(angle)] > 0


@dag(schedule="@daily", catchup=False, params={"day": Param(None, type=["string", "null"])}, tags=["model-registry"])
def monitor():
    @task(multiple_outputs=True)
    def score(params: Any = None, dag_run: Any = None) -> dict[str, Any]:
        """Yesterday's visitors, or those of the day that the run was asked for."""
        import joblib

        day = date.fromisoformat(params["day"]) if params["day"] else dag_run.run_after.date() - timedelta(days=1)
        hook = ModelRegistryHook()
        with hook.get_conn() as registry:
            live = registry.get_version(f"models:/{MODEL}@production")
        with hook.download(live.reference) as path:
            bought = joblib.load(path / "model.joblib").predict(visitors(day)[0])
        return {"day": day.isoformat(), "reference": live.reference, "predicted": bought.astype(int).tolist()}

    @task(multiple_outputs=True)
    def measure(scored: dict[str, Any]) -> dict[str, Any]:
        """Who bought is known a while later: in a Dag of its own, or behind a sensor."""
        begin = datetime.fromisoformat(f"{scored['day']}T00:00:00+00:00")
        bought = visitors(begin.date())[1]
        return {
            "metrics": {"accuracy": float((bought == scored["predicted"]).mean()), "visitors": len(bought)},
            "window": [begin.isoformat(), (begin + timedelta(days=1)).isoformat()],
        }

    scored: Any = score()
    measured: Any = measure(scored)
    RecordMetricsOperator(
        task_id="record", reference=scored["reference"], metrics=measured["metrics"], window=measured["window"]
    )


monitor()
