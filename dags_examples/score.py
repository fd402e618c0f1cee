"""Score with exactly the bytes that are live: each file is checked against its digest while it is downloaded."""

from __future__ import annotations

from airflow.sdk import dag, task

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook


@dag(schedule=None, tags=["model-registry"])
def score():
    @task
    def predict() -> dict[str, int]:
        import joblib
        from sklearn.datasets import load_breast_cancer

        with ModelRegistryHook().download("models:/breast-cancer@production") as path:
            model = joblib.load(path / "model.joblib")
        patients = load_breast_cancer().data[:, : model.n_features_in_]
        malignant = int((model.predict(patients) == 0).sum())
        print(f"{malignant} of {len(patients)} tumours look malignant.")
        return {"patients": len(patients), "malignant": malignant}

    predict()


score()
