"""Score as soon as a version goes live, with exactly its bytes: each file is checked while it is downloaded."""

from __future__ import annotations

from airflow.sdk import dag, task

from airflow_provider_registry.assets.model import model_asset
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook

LIVE = model_asset("breast-cancer", "production")


@dag(schedule=[LIVE], tags=["model-registry"])
def score():
    @task(inlets=[LIVE])
    def predict() -> dict[str, int]:
        import joblib
        from sklearn.datasets import load_breast_cancer

        with ModelRegistryHook().download(LIVE) as path:
            model = joblib.load(path / "model.joblib")
        patients = load_breast_cancer().data[:, : model.n_features_in_]
        malignant = int((model.predict(patients) == 0).sum())
        print(f"{malignant} of {len(patients)} tumours look malignant.")
        return {"patients": len(patients), "malignant": malignant}

    predict()


score()
