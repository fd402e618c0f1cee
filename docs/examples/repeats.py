"""Acts that repeat safely, outside Airflow: a key in the place of the task."""

from __future__ import annotations

from pathlib import Path

from airflow_provider_registry.registry import Registry

registry = Registry.connect()
Path("model.pkl").write_bytes(b"weights of Monday")

# docs: key
first = registry.register_version("churn", "model.pkl", metrics={"auc": 0.91}, key="nightly-2026-03-01")
again = registry.register_version("churn", "model.pkl", metrics={"auc": 0.91}, key="nightly-2026-03-01")
assert again.version == first.version == 1

Path("model.pkl").write_bytes(b"weights of another try")
other = registry.register_version("churn", "model.pkl", metrics={"auc": 0.92}, key="nightly-2026-03-01")
assert (other.version, other.supersedes) == (2, 1)
# docs: end

# docs: producer
task = {"dag_id": "retrain", "run_id": "scheduled__2026-03-01", "task_id": "train"}
registry.register_version("churn", "model.pkl", producer={**task, "try_number": 1})
retried = registry.register_version("churn", "model.pkl", producer={**task, "try_number": 2})
assert retried.version == 3  # the try is no part of the key
# docs: end
registry.close()
