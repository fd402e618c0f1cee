"""A policy, versions that pass it and do not, and what the report says."""

from __future__ import annotations

from pathlib import Path

from airflow_provider_registry.errors import LockedAliasError, NotPassedError
from airflow_provider_registry.registry import Registry

registry = Registry.connect()


def train(weights: str) -> str:
    Path("model.pkl").write_text(weights)
    return "model.pkl"


# docs: schema
registry.create_model(
    "churn",
    team="growth",
    metadata_schema={
        "type": "object",
        "required": ["owner", "intended_use"],
        "properties": {"owner": {"type": "string"}},
    },
)
# docs: end

# docs: policy
registry.set_policy(
    "churn",
    "production",
    {
        "description": "No worse than what is live, and fair to the smaller markets.",
        "gates": [
            {"metric": "auc", "threshold": 0.80, "greater_is_better": True},
            {"metric": "auc", "min_absolute_change": -0.005, "greater_is_better": True},
            {"metric": "auc", "slice": "country=NO", "threshold": 0.75, "greater_is_better": True, "name": "Norway"},
            {"metric": "latency_ms", "threshold": 40, "greater_is_better": False, "severity": "warning"},
            {"metadata": "required"},
            {"integrity": True},
        ],
        "integrity_max_age": "7d",
    },
    reason="agreed in the model review of 2 March",
)
# docs: end

# docs: metrics
registry.register_version(
    "churn",
    train("first"),
    metrics=[
        {"name": "auc", "value": 0.91},
        {"name": "auc", "value": 0.84, "slice": {"country": "NO"}},  # or the text country=NO
        {"name": "latency_ms", "value": 55},
    ],
    metadata={"owner": "ana", "intended_use": "retention offers"},
)
# docs: end

# docs: validate
report = registry.validate("churn", 1, alias="production")
assert report.passed

for gate, verdict, reason in report.table():
    print(f"{verdict:8} {gate}\n         {reason}")
# docs: end
registry.promote("churn", 1, "production")

# docs: not passed
registry.register_version(
    "churn",
    train("second"),
    metrics={"auc": 0.90, "latency_ms": 30},  # 0.01 worse, and nobody measured Norway
    metadata={"owner": "ana", "intended_use": "retention offers"},
)
try:
    registry.promote("churn", 2, "production")
except NotPassedError as error:
    for result in error.report.blocking:
        print(result.verdict, result.cause, result.reason)
# docs: end

# docs: locked
registry.remove_policy("churn", "production", reason="the model is retired")
try:
    registry.promote("churn", 2, "production")
except LockedAliasError as error:
    print(error)
# docs: end
registry.close()
