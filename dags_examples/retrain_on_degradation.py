"""Retrain once the version that is live has degraded: its accuracy was below 0.88 on two days in a row.

Each version that goes live is watched, without a worker; that it has degraded is an asset, which starts the retraining.
`monitor` records the accuracy.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from airflow.sdk import Asset, Param, dag, task

from airflow_provider_registry.assets.model import model_asset
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.sensors.metric import ModelMetricSensor

MODEL = "visitors"
DEGRADED = Asset("visitors-degraded")


def visitors(day: date) -> tuple[Any, Any]:
    """Two thousand visitors of a day, and which of them bought, as a warehouse would have them."""
    import numpy as np

    angle = 0.15 * day.toordinal()
    seen = np.random.default_rng(day.toordinal()).normal(size=(2_000, 2))
    return seen, seen @ [np.cos(angle), np.sin(angle)] > 0


@dag(schedule=[model_asset(MODEL, "production")], max_active_runs=1, tags=["model-registry"])
def watch_for_degradation():
    degraded = ModelMetricSensor(
        task_id="degraded", reference=f"models:/{MODEL}@production", metric="accuracy", threshold=0.88, windows=2
    )

    @task(outlets=[DEGRADED])
    def report(found: dict[str, Any], outlet_events: Any = None) -> None:
        outlet_events[DEGRADED].extra = {"reason": found["reason"], "until": found["windows"][0]["to"]}

    report(degraded.output)


@dag(schedule=[DEGRADED], params={"day": Param(None, type=["string", "null"])}, tags=["model-registry"])
def retrain_on_degradation():
    @task.model_version(model_name=MODEL)
    def train(triggering_asset_events: Any = None, params: Any = None) -> dict[str, Any]:
        """Trains on the day on which it was found; the first time, by hand, on the day that it is told."""
        import joblib
        from sklearn.linear_model import LogisticRegression

        days = [event.extra["until"] for event in triggering_asset_events.get(DEGRADED, ())] or [params["day"]]
        seen, bought = visitors(datetime.fromisoformat(max(days)).date())
        model = LogisticRegression().fit(seen[:1_000], bought[:1_000])
        joblib.dump(model, "model.joblib")
        return {"path": "model.joblib", "metrics": {"accuracy": model.score(seen[1_000:], bought[1_000:])}}

    PromoteModelVersionOperator(task_id="promote", version=train(), alias="production")


watch_for_degradation()
retrain_on_degradation()
