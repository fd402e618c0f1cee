"""What was live when, on what evidence, who let it in; and whether the record is as it was written."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from airflow_provider_registry.errors import RecordTamperedError
from airflow_provider_registry.registry import Actor, Registry

registry = Registry.connect(actor=Actor(issuer="ldap", subject="u4711", name="Ana"))
registry.create_model("churn", team="growth")
registry.set_policy(
    "churn",
    "production",
    {
        "gates": [
            {"metric": "auc", "threshold": 0.80, "greater_is_better": True},
            {"metric": "auc", "min_absolute_change": 0.01, "greater_is_better": True},
        ]
    },
    reason="every release must gain a point",
)
for number, auc in enumerate([0.90, 0.92], start=1):
    Path("model.pkl").write_text(f"weights {number}")
    registry.register_version("churn", "model.pkl", metrics={"auc": auc})
    registry.promote("churn", number, "production", reason=f"release {number}")
registry.rollback("churn", "production", reason="complaints from support")

# docs: alias at
assert registry.alias_at("churn", "production", at=datetime(2026, 3, 3, 12, tzinfo=UTC)) is None  # nothing was, then

live = registry.alias_at("churn", "production", at=datetime.now(UTC))
assert live is not None
print(f"version {live.version} since {live.from_at:%Y-%m-%d %H:%M:%S UTC}, by {live.by}: {live.reason}")
# docs: end

# docs: history
for held in registry.history("churn", alias="production"):
    until = f"{held.to_at:%Y-%m-%d %H:%M:%S UTC}" if held.to_at else "now"
    print(f"version {held.version}: {held.from_at:%Y-%m-%d %H:%M:%S UTC} to {until} ({held.act}, event {held.event})")
# docs: end

# docs: events
page = registry.events(model_name="churn")
for event in page:
    print(event.seq, event)
# docs: end

# docs: evidence
promoted = next(e for e in page if e.type == "alias.promoted" and e.version == 2)
said = promoted.payload["report"]
print(promoted.by, said["passed"], said["baseline_version"])
for gate in said["gates"]:
    print(gate["verdict"], gate["gate"], gate["candidate_value"], gate["bound"])

# The stored report that the record means, with every number.
reports = registry.gate_reports("models:/churn/2", alias="production")
report = next(report for report in reports if report.digest_of_report == said["report_digest"])
for result in report.results:
    print(result.verdict, result.reason)
# docs: end

# docs: follow
cursor: str | int = 0
while len(page := registry.events(after=cursor, limit=100)):
    for event in page:
        ...  # send it to your archive
    cursor = page.cursor  # keep it: a later run goes on from here
# docs: end

# docs: head
head = registry.verify_record("churn")
Path("head.json").write_text(json.dumps(head.as_mapping()))  # keep it where the registry's database role cannot write
# docs: end

# docs: against
kept = json.loads(Path("head.json").read_text())
registry.verify_record("churn", against=kept)
# docs: end

with registry.engine.begin() as connection:
    connection.execute(text("UPDATE registry_event SET version = 2 WHERE type = 'alias.rolled_back'"))

# docs: tampered
try:
    registry.verify_record("churn")
except RecordTamperedError as error:
    print(error)
    print(error.model_name, error.seq)
# docs: end
registry.close()
