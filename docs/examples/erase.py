"""Erasing a person and free text from the record, which still verifies."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select, update

from airflow_provider_registry.registry import Actor, Registry
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import VersionRow

registry = Registry.connect(actor=Actor(issuer="ldap", subject="u4711", name="Ana"))
Path("model.pkl").write_bytes(b"weights")
registry.register_version("churn", "model.pkl")
registry.promote("churn", 1, "production", reason="Ana's customers asked for it")
before = registry.verify_record("churn")

# docs: erase
seqs = [event.seq for event in registry.events(model_name="churn") if event.private["actor"]["subject"] == "u4711"]
with registry.engine.begin() as connection:
    model = select(ModelRow.id).where(ModelRow.name == "churn").scalar_subquery()
    events = update(EventRow).where(EventRow.model_id == model, EventRow.seq.in_(seqs))
    connection.execute(events.values(private=None, private_key=None))
    connection.execute(update(ModelRow).where(ModelRow.created_by == "Ana").values(created_by="(erased)"))
    connection.execute(update(VersionRow).where(VersionRow.created_by == "Ana").values(created_by="(erased)"))

registry.verify_record("churn", against=before)  # still holds: the hash is over a keyed digest of what was erased
for event in registry.events(model_name="churn"):
    print(event)
# docs: end
assert all(event.erased for event in registry.events(model_name="churn"))
registry.close()
