"""Retrain every night; promote only what beats what is live.

The data are those that scikit-learn ships: 569 patients with a breast tumour, 30 measurements of each, and whether the
tumour was malignant. `features` says how many of the measurements a run may look at, so that a run can do better or
worse than the one before.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, dag, task

from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.operators.validate import ValidateModelVersionOperator

MODEL = "breast-cancer"


@dag(
    schedule="@daily",
    catchup=False,
    params={"features": Param(30, type="integer", minimum=1, maximum=30)},
    tags=["model-registry"],
)
def retrain():
    @task.model_version(model_name=MODEL)
    def train(params: dict[str, Any] | None = None) -> dict[str, Any]:
        import joblib
        import numpy as np
        from sklearn.datasets import load_breast_cancer
        from sklearn.linear_model import LogisticRegression
        from sklearn.metrics import accuracy_score, roc_auc_score
        from sklearn.model_selection import train_test_split
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        features = (params or {})["features"]
        x, y = load_breast_cancer(return_X_y=True)
        x = x[:, :features]
        x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=7, stratify=y)

        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(x_train, y_train)
        scores = model.predict_proba(x_test)[:, 1]
        large = x_test[:, 0] > np.median(x[:, 0])  # by the mean radius
        joblib.dump(model, "model.joblib")
        return {
            "path": "model.joblib",
            "params": {"features": features, "algorithm": "logistic regression"},
            "inputs": [{"name": "breast-cancer-wisconsin", "uri": "sklearn://breast_cancer", "rows": len(x_train)}],
            "metadata": {"owner": "diagnostics", "intended_use": "second reading"},
            "metrics": [
                {"name": "auc", "value": roc_auc_score(y_test, scores)},
                {"name": "accuracy", "value": accuracy_score(y_test, scores > 0.5)},
                {"name": "auc", "slice": "tumour=large", "value": roc_auc_score(y_test[large], scores[large])},
            ],
        }

    version = train()
    validate = ValidateModelVersionOperator(
        task_id="validate", version=version, alias="production", if_not_passed="skip"
    )
    promote = PromoteModelVersionOperator(
        task_id="promote", version=version, alias="production", reason="beats what was live"
    )
    validate >> promote


retrain()
