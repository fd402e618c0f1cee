"""Approvals: a request, two people, a promotion; then an override."""

from __future__ import annotations

from airflow_provider_registry.errors import ApprovalNeededError, DecisionRefusedError
from airflow_provider_registry.registry import Registry

# docs: policy
registry = Registry.connect(actor="dora")
for auc in (0.91, 0.93):
    with open("model.pkl", "w") as file:
        file.write(f"weights {auc}")
    registry.register_version("churn", "model.pkl", metrics={"auc": auc})

registry.set_policy(
    "churn",
    "production",
    {
        "gates": [{"metric": "auc", "threshold": 0.8, "greater_is_better": True}],
        "approvals": [{"role": "ml-lead", "users": ["ana", "dora"]}, {"role": "risk", "users": ["bo"]}],
        "four_eyes": True,
        "expires_after": "7d",
        "override": {"users": ["omar"]},
    },
)
# docs: end

# docs: ask
try:
    registry.promote("churn", 1, "production", reason="Trained on the data of June.")
except ApprovalNeededError as error:
    request = error.request  # registry.request_promotion(…) opens one too
    print(request.sentence())
# docs: end

# docs: refused
try:
    registry.decide(request.request_id, verdict="approve", role="ml-lead")
except DecisionRefusedError as error:
    print(error)
# docs: end

# docs: decide
ana, bo = Registry.connect(actor="ana"), Registry.connect(actor="bo")
ana.decide(request.request_id, verdict="approve", comment="Slices look right.", report=request.report_digest)
print(registry.get_request(request.request_id).sentence())
print(bo.decide(request.request_id, verdict="approve").sentence())

held = registry.promote("churn", 1, "production", reason="Trained on the data of June.")
print(f"Version {held.version} is {held.alias}, by request {held.request}.")
# docs: end

# docs: override
newer = registry.request_promotion("churn", 2, "production")
Registry.connect(actor="omar").override("churn", 2, "production", reason="Version 1 fails on empty carts.")
print(registry.get_request(newer.request_id).sentence())
for held in registry.history("churn", "production"):
    print(held.version, held.act, held.by, held.overridden)
# docs: end

# docs: record
for event in registry.events():
    print(event)
registry.verify_record("churn")
# docs: end
