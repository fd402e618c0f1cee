"""Two models whose record has every kind of event, so that every table beside it has rows of both."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow_provider_registry.registry import Actor, Caller, Finding, Registry, ScanOutcome
from tests.support.kernel import later
from tests.support.scanned import scanned
from tests.support.signers import a_signer

MODELS = ("churn", "leave")
SIGNER = a_signer()
PEOPLE = ("ana", "bo", "cy")

_POLICY = {
    "gates": [{"metric": "auc", "threshold": 0.5, "greater_is_better": True}],
    "approvals": [{"role": "ml-lead", "count": 2, "users": list(PEOPLE)}],
    "override": {"users": ["ana"]},
    "expires_after": "7d",
}
_FLOOR = {"gates": [{"metric": "auc", "threshold": 0.6, "greater_is_better": True}]}
_HIGHER = {"gates": [{"metric": "auc", "threshold": 0.7, "greater_is_better": True}]}


def fill(registry: Registry, folder: Path) -> None:
    """Do all that can be done, to both models alike: what one has, the other could be given."""
    for name in MODELS:
        _make(registry, name)
        for number in (1, 2, 3, 4):
            _register(registry, folder, name, number)
        registry.register_version(
            name, _file(folder, f"{name} there").as_uri(), metrics={"auc": 0.9}, environment=False
        )
        _move(registry, name)
        _ask(registry, name)
        _say(registry, folder, name)


def _make(registry: Registry, name: str) -> None:
    schema = {"type": "object", "required": ["owner"]}
    registry.create_model(f"{name}-early", team="growth", description=f"About {name}", metadata_schema=schema)
    registry.rename_model(f"{name}-early", name)
    registry.update_model(
        name, team=f"{name} team", description=f"All about {name}", metadata_schema=None, reason="new"
    )
    registry.update_model(name, metadata_schema={"type": "object", "title": name}, reason="again")


def _register(registry: Registry, folder: Path, name: str, number: int) -> None:
    day = datetime(2026, 3, number, tzinfo=UTC)
    # Numbers 3 and 4 are of one task: the second supersedes the first.
    producer: dict[str, Any] = {"instance_id": "one", "dag_id": f"retrain {name}", "task_id": "train"}
    producer |= {"run_id": f"run {min(number, 3)}", "try_number": number, "run_type": "scheduled", "dag_version": "7"}
    producer |= {"logical_date": day, "data_interval_start": day, "data_interval_end": day}
    registry.register_version(
        name,
        _file(folder, f"{name} {number}"),
        metrics=[
            {"name": "auc", "value": 0.8 + number / 100},
            {"name": "auc", "value": 0.7 + number / 100, "slice": "country=NO", "dataset": "held out"},
            {"name": "loss", "value": 1e-9, "phase": "training"},
        ],
        params={"depth": str(number), "rate": "0.1"},
        inputs=[
            {"name": "clicks", "rows": 10 * number, "digest": f"sha256:{number}"},
            {"name": "users", "uri": "s3://u"},
        ],
        metadata={"owner": f"{name} {number}"},
        tags={"stage": f"{name} {number}", "kept": "yes"},
        description=f"Version {number} of {name}",
        producer={**producer, "code_revision": f"abc{number}", "triggered_by": "ana"},
        training_duration=1.5 * number,
        environment={"interpreter": {"version": f"3.{number}"}, "distributions": [{"name": name, "version": "1"}]},
    )


def _file(folder: Path, content: str) -> Path:
    path = folder / f"{content}.bin".replace(" ", "-")
    path.write_text(content)
    return path


def _move(registry: Registry, name: str) -> None:
    """A free alias to and fro, and one whose policy comes, changes and goes."""
    for number in (1, 2, 3):
        registry.promote(name, number, "shadow")
    registry.rollback(name, "shadow", reason="worse")
    registry.promote(name, 2, "shadow", reason="confirmed")
    registry.promote(name, 4, "shadow", allow_older=True)
    registry.route(name, 1, "shadow", traffic=10, reason="a canary", allow_older=True)
    registry.route(name, 3, "shadow", traffic="20.5", allow_older=True)
    registry.route(name, 1, "shadow", traffic=30, allow_older=True)
    registry.route(name, 2, "shadow", shadow=True, allow_older=True)
    registry.end_route(name, 3, "shadow", reason="worse")
    registry.promote(name, 1, "trial", reason="a try")
    registry.route(name, 2, "trial", traffic=5)
    registry.clear_alias(name, "trial", reason="tried")
    registry.set_policy(name, "staging", _FLOOR, reason="a floor")
    registry.validate(name, 2, alias="staging")
    registry.promote(name, 2, "staging")
    registry.set_policy(name, "staging", _HIGHER)
    registry.promote(name, 3, "staging")
    registry.remove_policy(name, "staging", reason="no more")


def _ask(registry: Registry, name: str) -> None:
    """Requests that end in each way, and one that is open."""
    people = {who: registry.acting_as(Caller(Actor("python", who, who))) for who in PEOPLE}
    registry.set_policy(name, "production", _POLICY)
    first = registry.request_promotion(name, 1, "production", reason="please").request_id
    people["cy"].decide(first, verdict="reject", role="ml-lead", comment="no")
    first = registry.request_promotion(name, 1, "production", reason="please do").request_id
    for who in ("ana", "bo"):
        people[who].decide(first, verdict="approve", role="ml-lead", comment="yes")
    registry.promote(name, 1, "production")
    people["ana"].override(name, 2, "production", reason="an emergency")
    registry.rollback(name, "production", reason="not that one")
    registry.withdraw(registry.request_promotion(name, 3, "production").request_id, reason="not yet")
    last = registry.request_promotion(name, 4, "production").request_id
    people["bo"].decide(last, verdict="approve", role="ml-lead")


def _retain(registry: Registry, folder: Path, name: str) -> None:
    """Reviews of what is live, and a retention that archived and purged, of which one came back."""
    ana, bo = (registry.acting_as(Caller(Actor("python", who, who))) for who in ("ana", "bo"))
    ana.record_review(name, "production", outcome="keep", reason="good")
    bo.record_review(name, "production", outcome="retire", reason="old")
    for number in (6, 7, 8):
        registry.register_version(name, _file(folder, f"{name} {number}"), environment=False)
    registry.set_retention(name, {"keep_last": 1})
    registry.set_retention(name, {"keep_last": 1, "keep_aliased_within": "30d", "grace": "1d"}, reason="disk")
    registry.archive_version(f"models:/{name}/6")
    registry.archive_version(f"models:/{name}/7")
    with later(days=2):
        registry.apply_retention(name)
        registry.register_version(name, _file(folder, f"{name} 6"), environment=False)


def _deploy(registry: Registry, name: str) -> None:
    """A rollout at one target, another that is stopped, and a URL that was erased."""
    eu, us = ("production", f"{name} eu"), ("staging", "us")
    registry.record_deployment(f"models:/{name}/1", *eu, desired="running", actual="pending", url=f"https://{name}/")
    registry.record_deployment(f"models:/{name}/1", *eu, actual="running")
    registry.record_deployment(f"models:/{name}/2", *eu, desired="running", reason="a rollout")
    registry.record_deployment(f"models:/{name}/1", *us, desired="stopped")
    forgotten = registry.record_deployment(f"models:/{name}/1", *us, actual="stopped", url="https://eva/").event
    registry.erase_event(name, forgotten, reason="asked for")


def _say(registry: Registry, folder: Path, name: str) -> None:
    for number in (1, 2):
        registry.set_tag(f"models:/{name}/{number}", "checked", f"{name} {number}")
    registry.set_tag(f"models:/{name}/1", "stage", "other")
    registry.delete_tag(f"models:/{name}/2", "stage")
    registry.describe_version(f"models:/{name}/3", f"Better, of {name}")
    for passed in (False, True):
        registry.record_check(name, 4, "drift", passed, {"psi": 0.1, "of": name})
    days = [f"2026-03-0{number}T00:00:00+00:00" for number in (1, 2, 3)]
    rows = [{"name": "auc", "value": 0.8, "window": days[:2]}, {"name": "auc", "value": 0.7, "window": days[1:]}]
    registry.record_metrics(f"models:/{name}/4", rows, dataset=f"of {name}", observed_at=days[2])
    registry.record_metrics(f"models:/{name}/4", rows[:1], revision=2, phase="validation", slice={"country": "NO"})
    for findings in ((), (Finding("model", ScanOutcome.SUSPICIOUS, f"house.{name}"),)):
        scanned(registry, f"models:/{name}/4", *findings)
    registry.sign(f"models:/{name}/4", SIGNER)
    forgotten = registry.sign(f"models:/{name}/3", SIGNER).event
    registry.erase_event(name, forgotten, reason="asked for")
    forgotten = registry.record_check(name, 3, "people", True, {"who": "eva"}).event
    registry.erase_event(name, forgotten, reason="asked for")
    _use(registry, name)
    for text in (f"## Intended use\n\nof {name}", f"---\nlicense: mit\nof: {name}\n---\n## Limits\n\nfew, of {name}"):
        registry.set_card(f"models:/{name}/4", text)
    registry.set_card(f"models:/{name}/2", f"## Contact\n\nana, of {name}")
    forgotten = registry.set_card(f"models:/{name}/3", "## Contact\n\neva").event
    registry.erase_event(name, forgotten, reason="asked for")
    _deploy(registry, name)
    registry.archive_version(f"models:/{name}/5", reason="old")
    _retain(registry, folder, name)
    webhook = {"url": f"https://hooks.example.com/{name}", "secret": "signing"}
    registry.set_webhooks(name, [{"name": "audit", **webhook}, {"name": "chat", **webhook}])
    registry.set_webhooks(name, [{"name": "audit", **webhook, "events": ["alias.promoted"]}], reason="less")
    registry.erase_event(name, registry.record_head(name).count, reason="asked for")


def _use(registry: Registry, name: str) -> None:
    """Feedback of every kind, some of it erased, and profiles, one of them too."""
    told = {"subject": f"{name} p-1", "source": "eva", "at": datetime(2026, 4, 1, tzinfo=UTC)}
    for number in (3, 4):
        rows: list[dict[str, Any]] = [
            {"kind": "rating", "value": 4, **told},
            {"kind": "flag", "value": "rude", **told, "source": None},
            {"kind": "comment", "value": f"She left {name}", **told},
            {"kind": "correction", "value": {"churns": number}, "subject": f"{name} p-2"},
            {"kind": "rating", "value": 2.5},
        ]
        registry.record_feedback_batch(f"models:/{name}/{number}", rows)
    registry.erase_feedback(f"models:/{name}/4", subject=f"{name} p-1", reason="asked for")
    registry.erase_feedback(name, source="nobody", reason="asked for")
    column = {"type": "categorical", "count": 2, "categories": {name: 2}}
    window = (datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC))
    for number in (3, 4):
        registry.record_profile(f"models:/{name}/{number}", {"columns": {"of": column}}, dataset=name, window=window)
    forgotten = registry.record_profile(f"models:/{name}/4", {"columns": {"of": column}}, phase="production").event
    registry.erase_event(name, forgotten, reason="asked for")
