"""Makes the file of a revision: what a registry of that time wrote, all of it, in rows that can be read.

To be run once, by the package whose newest revision it is, when a revision joins:

    python tests/faults/upgraded/make.py tests/faults/upgraded/data

For an earlier one: `git archive <commit> airflow_provider_registry | tar x -C <folder>`, and PYTHONPATH=<folder>.
"""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, select

from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.database.migrate import newest_revision

FLOOR = {"gates": [{"metric": "auc", "threshold": 0.5, "greater_is_better": True}]}
ASKS = {**FLOOR, "approvals": [{"role": "ml-lead", "count": 1}], "override": {"users": ["ana"]}}


def make(registry: Registry, folder: Path) -> None:
    """Do what the package of this time could do."""
    registry.create_model("churn", team="growth", description="Who leaves", metadata_schema={"type": "object"})
    registry.rename_model("churn", "leave")
    for number in (1, 2, 3):
        artifact = folder / f"model-{number}.bin"
        artifact.write_text(f"weights {number}")
        registry.register_version(
            "leave",
            artifact,
            metrics=[
                {"name": "auc", "value": 0.8 + number / 100},
                {"name": "auc", "slice": "country=NO", "value": 0.7},
            ],
            params={"depth": number},
            tags={"stage": f"number {number}"},
            inputs=[{"name": "clicks", "rows": 10 * number}],
            metadata={"owner": "ana"},
            description=f"The {number}.",
            producer={"dag_id": "retrain", "task_id": "train", "run_id": f"run {number}", "instance_id": "one"},
            environment={"interpreter": {"version": "3.11"}, "distributions": []},
        )
    registry.promote("leave", 1, "shadow")
    registry.promote("leave", 2, "shadow")
    registry.rollback("leave", "shadow", reason="worse")
    registry.clear_alias("leave", "shadow", reason="done")
    registry.set_policy("leave", "production", FLOOR)
    registry.validate("leave", 2, alias="production")
    registry.promote("leave", 2, "production", reason="it passed")
    registry.set_tag("models:/leave/1", "stage", "old")
    registry.describe_version("models:/leave/2", "The one that is live.")
    registry.archive_version("models:/leave/1", reason="old")
    registry.erase_event("leave", 3, reason="asked for")
    if hasattr(registry, "record_check"):
        registry.record_check("leave", 3, "drift", True, {"psi": 0.04})
    if hasattr(registry, "record_metrics"):
        days = ("2026-03-01T00:00:00+00:00", "2026-03-02T00:00:00+00:00")
        registry.record_metrics("models:/leave/3", {"auc": 0.8}, window=days, slice="country=NO")
        registry.record_metrics("models:/leave/3", {"auc": 0.7}, window=days, slice="country=NO", revision=2)
    if hasattr(registry, "record_feedback_batch"):
        said: list[dict[str, Any]] = [
            {"kind": "rating", "value": 4, "subject": "p-1"},
            {"kind": "comment", "value": "late", "source": "bo"},
        ]
        registry.record_feedback_batch("models:/leave/3", said)
        registry.record_feedback("models:/leave/3", kind="correction", value={"leaves": False}, subject="p-1")
        registry.erase_feedback("leave", subject="p-1", reason="asked for")
    if hasattr(registry, "record_profile"):
        column = {"type": "categorical", "role": "input", "count": 2, "categories": {"NO": 1}, "other": 1}
        registry.record_profile("models:/leave/3", {"columns": {"country": column}}, dataset="clicks")
    if hasattr(registry, "set_card"):
        registry.set_card("models:/leave/3", "---\nlicense: mit\n---\n## Intended use\n\nFor those who may leave.\n")
    if hasattr(registry, "sign"):
        _vouch(registry, folder)
    if hasattr(registry, "route"):
        _deploy(registry)
    if hasattr(registry, "request_promotion"):
        _ask(registry)
    if hasattr(registry, "record_review"):
        _review(registry)
    if hasattr(registry, "advance"):
        registry.advance("watcher", "leave", 5)
    if hasattr(registry, "set_webhooks"):
        audit = {"name": "audit", "url": "http://127.0.0.1:9/", "secret": "signing"}
        registry.set_webhooks("leave", [audit, {**audit, "name": "chat"}])
        registry.set_webhooks("leave", [{**audit, "events": ["version.tagged"]}], reason="less")
        registry.set_tag("models:/leave/3", "stage", "told")
        registry.deliver_webhooks({})


def _review(registry: Registry) -> None:
    from airflow_provider_registry.registry import Actor, Caller

    registry.set_policy("leave", "reviewed", {**FLOOR, "review_every": "90d"})
    registry.promote("leave", 2, "reviewed")
    ana = registry.acting_as(Caller(Actor("python", "ana", "ana")))
    ana.record_review("leave", "reviewed", outcome="keep", reason="good")
    registry.set_retention("leave", {"keep_last": 3})
    registry.apply_retention()


def _vouch(registry: Registry, folder: Path) -> None:
    from tests.support.signers import a_signer

    artifact = folder / "model.pkl"
    artifact.write_bytes(b"\x80\x02cos\nsystem\n.")
    scanned = registry.register_version("leave", artifact, environment=False).reference
    registry.scan(scanned)
    registry.sign(scanned, a_signer())


def _deploy(registry: Registry) -> None:
    registry.route("leave", 3, "production", traffic=10, reason="a canary")
    registry.record_deployment("models:/leave/2", "production", "eu", desired="running", url="https://eu/")
    registry.record_deployment("models:/leave/2", "production", "eu", actual="running")


def _ask(registry: Registry) -> None:
    from airflow_provider_registry.registry import Actor, Caller

    ana = registry.acting_as(Caller(Actor("python", "ana", "ana")))
    registry.set_policy("leave", "production", ASKS)
    request = registry.request_promotion("leave", 3, "production", reason="better")
    ana.decide(request.request_id, verdict="approve", role="ml-lead", comment="yes")
    registry.promote("leave", 3, "production")
    ana.override("leave", 2, "production", reason="an emergency")
    registry.request_promotion("leave", 3, "production", reason="again")


def rows(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, parents first, as JSON can say it."""
    seen = MetaData()
    seen.reflect(engine, only=lambda name, _: name.startswith("registry_") and "alembic" not in name)
    with engine.connect() as connection:
        return {
            table.name: [_plain(row) for row in connection.execute(select(table)).mappings()]
            for table in seen.sorted_tables
        }


def _plain(row: Any) -> dict[str, Any]:
    return {name: _json(name, value) for name, value in row.items()}


def _json(name: str, value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex() if name == "private_key" else value.decode()
    return value.isoformat() if isinstance(value, datetime) else value


def shown(registry: Registry) -> dict[str, Any]:
    """What people read in it."""
    held = [[was.alias, was.version, was.from_at.isoformat()] for was in registry.history("leave")]
    versions = [registry.get_version(f"models:/leave/{number}") for number in (1, 2, 3)]
    return {
        "history": sorted(held),
        "production": registry.get_version("models:/leave@production").version,
        "versions": [[version.version, version.digest, version.description] for version in versions],
        "events": [event.type.value for event in registry.events()],
        "head": registry.record_head("leave").as_mapping(),
        "found": [version.version for version in registry.search_versions("metrics.auc > 0.815", order_by="version")],
    }


def main(data: Path) -> None:
    """Write the file of the revision that this package needs."""
    with tempfile.TemporaryDirectory() as folder:
        url, root = f"sqlite:///{folder}/registry.db", f"{folder}/root"
        with Registry.connect(url, artifact_root=root, actor="tester") as registry:
            registry.migrate()
            make(registry, Path(folder))
            found = {"shown": shown(registry), "rows": rows(registry.engine)}
    revision = newest_revision()
    text = json.dumps({"revision": revision, **found}, indent=1, ensure_ascii=False)
    (data / f"{revision}.json").write_text(f"{text}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
