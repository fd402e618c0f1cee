"""Look for pickles that run code before a version goes live, without loading any.

The policy of `production` that goes with this Dag:

    gates:
      - {scan: pickle, max_age: 30d}

With `log_scale` the model holds a function of numpy's, which no list calls harmless: the scan names it, `numpy.log1p`,
and the version is stopped until the gate allows it: `allow: [numpy.log1p]`.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, dag, task

from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.operators.scan import ScanModelVersionOperator
from airflow_provider_registry.operators.validate import ValidateModelVersionOperator


@dag(schedule=None, params={"log_scale": Param(False, type="boolean")}, tags=["model-registry"])
def scan():
    @task.model_version(model_name="readings")
    def train(params: dict[str, Any] | None = None) -> str:
        import joblib
        import numpy as np
        from sklearn.linear_model import LinearRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import FunctionTransformer

        scale = FunctionTransformer(np.log1p) if (params or {})["log_scale"] else FunctionTransformer()
        hours = np.arange(24.0).reshape(-1, 1)
        joblib.dump(make_pipeline(scale, LinearRegression()).fit(hours, hours.ravel()), "model.joblib")
        return "model.joblib"

    version = train()
    # What is suspicious is left to the gate, which may allow it.
    look = ScanModelVersionOperator(task_id="look", version=version, if_not_clean="continue")
    validate = ValidateModelVersionOperator(task_id="validate", version=version, alias="production")
    promote = PromoteModelVersionOperator(
        task_id="promote", version=version, alias="production", reason="nothing in it runs code"
    )
    look >> validate >> promote


scan()
