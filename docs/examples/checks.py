"""A check of one's own, which a policy asks for."""

from __future__ import annotations

from pathlib import Path

from airflow_provider_registry.registry import Registry

registry = Registry.connect()
Path("model.pkl").write_text("weights")
registry.register_version("churn", "model.pkl", metrics={"auc": 0.91})

# docs: policy
registry.set_policy(
    "churn",
    "production",
    {"gates": [{"check": "drift"}, {"check": "data_quality", "severity": "warning"}]},
)
for _, verdict, reason in registry.validate("churn", 1, alias="production").table():
    print(verdict, reason)

registry.record_check("churn", 1, "drift", passed=True, evidence={"psi": 0.04})
registry.promote("churn", 1, "production")
print(*registry.gate_reports("models:/churn/1")[-1].table()[0])
# docs: end

# docs: record
registry.record_check(
    "churn",
    1,
    "data_quality",
    passed=False,
    evidence={"rows": 10_000, "rows_without_age": 12, "columns": ["age", "country"]},
)
# docs: end
registry.close()
