"""Keeping the last two versions, and what an alias needs."""

from __future__ import annotations

from pathlib import Path

from airflow_provider_registry.registry import Registry

registry = Registry.connect()
for number in range(1, 6):
    Path("model.pkl").write_bytes(b"weights %d" % number)
    registry.register_version("churn", "model.pkl", environment=False)
registry.promote("churn", 1, "production")
registry.promote("churn", 2, "production")

# docs: apply
registry.set_retention("churn", {"keep_last": 2})
report = registry.apply_retention("churn", dry_run=True)
for version in report.models[0].versions:
    print(version.version, version.fate, version.why)
print(report.sentence())
# docs: end
registry.close()
