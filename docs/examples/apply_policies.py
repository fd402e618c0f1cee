"""Policy files applied from Python."""

from __future__ import annotations

# docs: imports
from pathlib import Path

from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.policy_files.plan import apply_plan, make_plan
from airflow_provider_registry.registry.policy_files.read import read_policy_files

# docs: end

Path("policies.yaml").write_text("models: {churn: {team: growth, aliases: {production: {requires: staging}}}}")
registry = Registry.connect()

# docs: apply
models = read_policy_files([("policies.yaml", Path("policies.yaml").read_bytes())])
plan = make_plan(registry, models, prune=False)
print(plan.sentence())
apply_plan(registry, plan, reason="revision 1f2e")
# docs: end

registry.close()
