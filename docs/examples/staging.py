"""One alias before the other."""

from __future__ import annotations

from pathlib import Path

from airflow_provider_registry.errors import NotPassedError
from airflow_provider_registry.registry import Registry

registry = Registry.connect()
Path("model.pkl").write_bytes(b"weights")
registry.register_version("churn", "model.pkl", metrics={"auc": 0.91})

# docs: requires
registry.set_policy("churn", "production", {"requires": "staging"})
try:
    registry.promote("churn", 1, "production")
except NotPassedError as error:
    print(error)

registry.promote("churn", 1, "staging")  # a free alias: it just moves
registry.promote("churn", 1, "production")
# docs: end
registry.close()
