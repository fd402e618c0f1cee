"""Erasing a person and free text from the record, which still verifies."""

from __future__ import annotations

from pathlib import Path

from airflow_provider_registry.registry import Actor, Registry

registry = Registry.connect(actor=Actor(issuer="ldap", subject="u4711", name="Ana"))
Path("model.pkl").write_bytes(b"weights")
registry.register_version("churn", "model.pkl")
registry.promote("churn", 1, "production", reason="Ana's customers asked for it")
before = registry.verify_record("churn")

# docs: erase
with Registry.connect(actor="data-protection") as officer:
    for event in officer.events(model_name="churn"):
        if event.private.get("actor", {}).get("subject") == "u4711":
            officer.erase_event("churn", event.seq, reason="request 17")

registry.verify_record("churn", against=before)  # still holds: the hash is over a keyed digest of what was erased
for event in registry.events(model_name="churn"):
    print(event)
# docs: end
assert registry.get_version("models:/churn/1").created_by == "(erased)"
registry.close()
