"""Register, promote and download, without Airflow."""

from __future__ import annotations

import os
from pathlib import Path

from airflow_provider_registry.registry import Registry

Path("model.pkl").write_bytes(b"weights of Monday")
url, root = os.environ["MODEL_REGISTRY_URL"], os.environ["MODEL_REGISTRY_ARTIFACT_ROOT"]

# docs: connect
registry = Registry.connect(url, artifact_root=root, actor="svc:scoring")
registry.migrate()  # once, and after each upgrade; again changes nothing
# docs: end

# docs: register
version = registry.register_version(
    "churn",
    "model.pkl",
    metrics={"auc": 0.91},
    params={"depth": 6, "learning_rate": 0.1},
    inputs=[{"name": "customers", "uri": "s3://data/customers/2026-03-01", "rows": 120_000}],
    tags={"team": "growth"},
    description="Gradient boosting on the March customers.",
)

assert version.version == 1
assert version.reference == "models:/churn/1"
assert version.metric("auc") == 0.91
# docs: end

# docs: promote
registry.promote("churn", 1, "production", reason="the first one")
# docs: end

# docs: download
folder = registry.download("models:/churn@production", "live")
weights = (folder / "model.pkl").read_bytes()  # every byte was checked on its way
# docs: end
assert weights == b"weights of Monday"

# docs: references
by_number = registry.get_version("models:/churn/1")
by_alias = registry.get_version("models:/churn@production")
by_parts = registry.get_version(1, model_name="churn")
by_mapping = registry.get_version(version.as_mapping())  # what a task returned

assert by_number == by_alias == by_parts == by_mapping
assert registry.resolve("models:/churn@production").version == 1  # one round trip, for a server that asks often
# docs: end

# docs: rollback
Path("model.pkl").write_bytes(b"weights of Tuesday")
registry.register_version("churn", "model.pkl", metrics={"auc": 0.93})
registry.promote("churn", 2, "production", reason="better on the holdout")

now_live = registry.rollback("churn", "production", reason="complaints from support")
assert now_live.version == 1
# docs: end
registry.close()
