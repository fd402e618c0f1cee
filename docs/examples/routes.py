"""Challengers beside the holder of an alias, and what runs where."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from airflow_provider_registry.registry import Registry

registry = Registry.connect()
for number in (1, 2, 3):
    Path("model.pkl").write_text(f"weights {number}")
    registry.register_version("churn", "model.pkl", metrics={"auc": 0.9})
registry.promote("churn", 1, "production")

# docs: route
registry.route("churn", 2, "production", traffic=10, reason="a canary")  # percent of the keys
registry.route("churn", 3, "production", shadow=True)  # a copy, whose answers nobody gets
for route in registry.routes("churn", "production"):
    print(route.sentence())
# docs: end

# docs: resolve
version = registry.resolve("models:/churn@production", key="customer-42")
again = registry.resolve("models:/churn@production", key="customer-42")  # from memory, and the same
print(version == again, version.answered_by.value in ("holder", "route"))

keys = [f"customer-{number}" for number in range(1_000)]
before = [registry.resolve("models:/churn@production", key=key).version for key in keys]
registry.route("churn", 2, "production", traffic=20)
after = [registry.resolve("models:/churn@production", key=key).version for key in keys]
print(sorted(Counter(zip(before, after, strict=True))))

print([shadow.reference for shadow in registry.shadows("models:/churn@production")])
# docs: end

# docs: deployments
registry.record_deployment("models:/churn/1", "production", "eu", desired="running", url="https://eu.example.com/")
registry.record_deployment("models:/churn/1", "production", "eu", actual="running")
rollout = registry.record_deployment("models:/churn/2", "production", "eu", desired="running")
print(rollout.sentence(), rollout.is_met)
print([(one.environment, one.target, sorted(one.live_versions)) for one in registry.deployments(live=True)])
# docs: end
registry.close()
