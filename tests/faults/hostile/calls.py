"""Every public method of a `Registry`, with arguments that it takes, and a registry in which it takes them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_registry.registry import Registry
from tests.support.kernel import FLOOR, World
from tests.support.receiver import SECRET
from tests.support.signers import a_signer

SIGNER = a_signer()
SECRETS = {"signing": SECRET}
PROFILE = {"columns": {"country": {"type": "categorical", "count": 2, "categories": {"NO": 2}}}}
APPROVED = {**FLOOR, "approvals": [{"role": "ml-lead"}]}

# What is no act and no question: it opens, closes, or gives what is inside.
NOT_CALLED = frozenset({"connect", "acting_as", "engine", "migrate", "close", "check_root"})

_NO_CLOUD = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_MAX_ATTEMPTS": "1",
}


def use_no_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nobody ask a cloud for credentials, or anything else."""
    for name, value in _NO_CLOUD.items():
        monkeypatch.setenv(name, value)


def webhook(name: str) -> dict[str, Any]:
    """A webhook to where nobody listens: each call is over at once."""
    return {"name": name, "url": "http://127.0.0.1:9/", "secret": "signing"}


def good_calls(folder: Path, request_id: int) -> dict[str, dict[str, Any]]:
    """Arguments with which each method succeeds in `peopled`, by the method's name.

    Parameters:
        folder: in which an artifact lies, and in which may be written.
        request_id: of an open request.
    """
    churn: dict[str, Any] = {"model_name": "churn"}
    version: dict[str, Any] = {"version": 1, "model_name": "churn"}
    span = {"since": "2026-03-03T00:00:00+00:00", "until": datetime(2026, 4, 1, tzinfo=UTC), "revision": "all"}
    live = {"metric": "auc", "threshold": 0.8, "greater_is_better": True}
    over_time = {**version, "name": "auc", "phase": "production", "dataset": "", "slice": None, **span}
    kept: dict[str, Any] = {"reason": "why", "key": None}
    return {
        "create_model": {"name": "new", "team": "growth", "description": "", "metadata_schema": None, **kept},
        "get_model": {"name": "churn"},
        "update_model": {"name": "churn", "team": "growth", "description": "x", "metadata_schema": {}, **kept},
        "rename_model": {"name": "churn", "new_name": "churn", "key": None},
        "register_version": {
            **churn,
            "artifact": folder / "artifact",
            "metrics": {"auc": 0.9},
            "params": {"depth": 3},
            "inputs": ["customers"],
            "metadata": {"owner": "ana"},
            "tags": {"a": "b"},
            "description": "",
            "card": "## Limits\n\nfew",
            "profile": PROFILE,
            "producer": None,
            "training_duration": 1.5,
            "code_revision": "abc",
            "environment": False,
            "copy": False,
            "sign": None,
            "key": None,
        },
        "get_version": version,
        "resolve": {**version, "key": "customer-42", "max_age": 10.0},
        "environment": version,
        "compare_versions": {"first": 1, "second": 2, **churn},
        "set_tag": {**version, "name": "a", "value": "b", "key": None},
        "delete_tag": {**version, "name": "kept", "key": None},
        "describe_version": {**version, "description": "x", "key": None},
        "archive_version": {"version": 3, **churn, **kept},
        "restore_version": {"version": 4, **churn, **kept},
        "promote": {**version, "alias": "staging", "allow_older": False, "request": None, **kept},
        "override": {**version, "version": 2, "alias": "guarded", **kept},
        "rollback": {**churn, "alias": "moved", "to": 1, **kept},
        "clear_alias": {**churn, "alias": "moved", **kept},
        "route": {
            **{"version": 3, **churn, "alias": "moving", "traffic": 10, "shadow": False},
            **{"allow_older": False, "request": None, **kept},
        },
        "end_route": {"version": 1, **churn, "alias": "moving", **kept},
        "routes": {**churn, "alias": "moving"},
        "routes_at": {**churn, "alias": "moving", "at": datetime(2026, 3, 3, tzinfo=UTC)},
        "route_history": {**churn, "alias": "moving"},
        "shadows": {"reference": "models:/churn@moving", "max_age": 10.0},
        "record_deployment": {
            **{**version, "environment": "production", "target": "eu", "desired": "running", "actual": "pending"},
            **{"url": "https://eu.example.com/", **kept},
        },
        "deployments": {**churn, "environment": "production", "target": "eu", "live": True},
        "deployments_at": {
            **{**churn, "environment": "production", "target": "eu"},
            "at": datetime(2026, 3, 3, tzinfo=UTC),
        },
        "deployment_history": {**churn, "environment": "production", "target": "eu"},
        "holders": {"named": [("churn", "production")]},
        "live": {"alias": "moved"},
        "alias_at": {**churn, "alias": "moved", "at": datetime(2026, 3, 3, tzinfo=UTC)},
        "history": {**churn, "alias": "moved", "limit": 10, "before": datetime(2099, 3, 3, tzinfo=UTC)},
        "set_policy": {**churn, "alias": "staging", "policy": FLOOR, **kept},
        "set_webhooks": {**churn, "webhooks": [webhook("new")], **kept},
        "webhooks": churn,
        "webhook_states": churn,
        "webhook_attempts": {**churn, "webhook": "audit", "limit": 10},
        "deliver_webhooks": {
            "secrets": SECRETS,
            **churn,
            "timeout": 5.0,
            "seconds": 5.0,
            "give_up_after": timedelta(days=1),
            "keep": timedelta(days=1),
        },
        "redeliver_webhooks": {**churn, "secrets": SECRETS, "webhook": "audit", "seq": None, "timeout": 5.0},
        "test_webhook": {**churn, "secrets": SECRETS, "webhook": "audit", "timeout": 5.0},
        "get_policy": {**churn, "alias": "production"},
        "policies": churn,
        "remove_policy": {**churn, "alias": "guarded", **kept},
        "validate": {**version, "alias": "production", "key": None},
        "record_metrics": {
            **version,
            "metrics": {"auc": 0.8},
            "phase": "production",
            "observed_at": "2026-03-03T00:00:00+00:00",
            "window": ("2026-03-03T00:00:00+00:00", "2026-03-04T00:00:00+00:00"),
            "dataset": "scored",
            "slice": "country=NO",
            "revision": 1,
            "key": None,
        },
        "degradation": {**version, "condition": live},
        "contest": {"champion": 1, "challenger": 2, "model_name": "churn", "gates": [live], "windows": 1},
        "metrics": {**over_time, "points": 500},
        "metric_points": {**over_time, "page_size": 10, "page_token": None},
        "record_review": {
            **churn,
            "alias": "guarded",
            "outcome": "keep",
            "role": None,
            "version": 1,
            **kept,
        },
        "reviews_due": {"before": datetime(2026, 3, 3, tzinfo=UTC)},
        "reviews": {**churn, "alias": "guarded"},
        "set_retention": {**churn, "retention": {"keep_last": 10, "grace": "7d"}, **kept},
        "retention": churn,
        "apply_retention": {**churn, "dry_run": False},
        "record_check": {**version, "name": "drift", "passed": True, "evidence": {"psi": 0.04}, "key": None},
        "set_card": {**version, "card": "## Limits\n\nfew", **kept},
        "card_revisions": version,
        "card": {**version, "format": "html"},
        "bom": version,
        "evidence_pack": {"request_id": request_id, "path": folder / "pack.zip"},
        "checks": {**version, "name": "drift"},
        "record_feedback": {
            "reference": 1,
            **churn,
            "kind": "rating",
            "value": 4,
            "subject": "p-1",
            "source": "eva",
            "at": datetime(2026, 3, 3, tzinfo=UTC),
            "key": None,
        },
        "record_feedback_batch": {
            "reference": 1,
            **churn,
            "rows": [{"kind": "flag", "value": "rude"}],
            "kind": "rating",
            "source": "eva",
            "key": None,
        },
        "feedback": {
            "reference": 1,
            **churn,
            "kind": "rating",
            "subject": "p-1",
            "since": datetime(2026, 3, 3, tzinfo=UTC),
            "until": datetime(2026, 3, 4, tzinfo=UTC),
            "page_size": 10,
            "page_token": None,
        },
        "feedback_summary": {
            "named": 1,
            **churn,
            "since": datetime(2026, 3, 3, tzinfo=UTC),
            "until": datetime(2026, 3, 4, tzinfo=UTC),
            "every": "1d",
        },
        "erase_feedback": {"named": 1, **churn, "feedback_id": None, "subject": "p-1", "source": None, **kept},
        "record_profile": {
            "reference": 1,
            **churn,
            "profile": PROFILE,
            "phase": "training",
            "window": (datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC)),
            "dataset": "clicks",
            "key": None,
        },
        "profile": {"reference": 1, **churn, "phase": "training", "dataset": "clicks"},
        "profiles": {"reference": 1, **churn, "phase": "training", "dataset": "clicks", "limit": 10},
        "scan": {**version, "timeout": 60.0, "key": None},
        "scans": version,
        "sign": {**version, "signer": SIGNER, "key": None},
        "signatures": version,
        "verify_signature": {"version": 2, **churn, "identity": {"key": SIGNER.public_key}},
        "export_signature": {"version": 2, **churn, "path": folder / "model.sig", "identity": SIGNER.public_key},
        "gate_reports": {**version, "alias": "production", "limit": 10, "before": 1_000},
        "request_promotion": {"version": 2, **churn, "alias": "production", "allow_older": False, **kept},
        "get_request": {"request_id": request_id},
        "requests": {**churn, "alias": "production", "version": 2, "state": "open", "limit": 10},
        "newest_gate_reports": {"named": [("churn", 1)]},
        "files": version,
        "standings": {"request_ids": [request_id]},
        "newest_requests": {"named": [("churn", 1, "production")]},
        "decide": {
            "request_id": request_id,
            "verdict": "approve",
            "role": "ml-lead",
            "comment": "",
            "report": None,
            "key": None,
        },
        "withdraw": {"request_id": request_id, **kept},
        "events": {"after": 0, **churn, "limit": 10},
        "model_events": {**churn, "first": 1, "limit": 10},
        "find_events": {
            **churn,
            "types": "alias.promoted",
            "version": 1,
            "alias": "production",
            "first": 1,
            "newest_first": True,
            "limit": 10,
        },
        "export_record": churn,
        "position": {**churn, "reader": "mine"},
        "advance": {**churn, "reader": "mine", "seq": 2},
        "verify_record": {**churn, "against": None},
        "record_head": churn,
        "erase_event": {**churn, "seq": 1, **kept},
        "search_versions": {"filter": "name = 'churn'", "order_by": "version", "page_size": 10, "page_token": None},
        "search_models": {"filter": "name = 'churn'", "order_by": "name", "page_size": 10, "page_token": None},
        "complete_filter": {"text": "name = 'churn' and t", "of": "models"},
        "download": {**version, "verify_signature": None, "destination": folder / "taken" / "model"},
        "verify_artifact": version,
        "gc": {"grace": timedelta(days=1), "dry_run": False},
    }


def peopled(world: World) -> int:
    """Fill a registry with something of everything; gives the id of an open request."""
    registry = world.registry
    world.versions(0.9, 0.91, 0.92, 0.93)
    registry.archive_version(4, model_name="churn")
    registry.set_tag(1, "kept", "x", model_name="churn")
    registry.sign(2, SIGNER, model_name="churn")
    registry.promote("churn", 1, "moved")
    registry.promote("churn", 2, "moved")
    registry.promote("churn", 2, "moving")
    registry.route("churn", 1, "moving", traffic=5)
    registry.record_deployment("models:/churn/1", "staging", "eu", actual="running")
    registry.set_policy("churn", "production", APPROVED)
    registry.promote("churn", 1, "guarded")
    registry.set_policy("churn", "guarded", {**FLOOR, "override": {"users": ["tester"]}})
    registry.set_webhooks("churn", [webhook("audit")])
    registry.record_profile(1, PROFILE, model_name="churn", dataset="clicks")
    (world.folder / "artifact").mkdir()
    (world.folder / "artifact" / "model.pkl").write_text("weights")
    (world.folder / "taken").mkdir()
    return registry.request_promotion("churn", 1, "production").request_id


def public_methods() -> dict[str, set[str]]:
    """The parameters of each public method of a `Registry`, but those that a program alone gives (`progress`)."""
    return {
        name: set(inspect.signature(member).parameters) - {"self", "progress"}
        for name, member in inspect.getmembers(Registry)
        if not name.startswith("_") and name not in NOT_CALLED and callable(member)
    }


def calling(registry: Registry, method: str, arguments: dict[str, Any]) -> Callable[[], Any]:
    """The call, which also reads what the method only promises to read."""

    def call() -> Any:
        found = getattr(registry, method)(**arguments)
        return list(found) if inspect.isgenerator(found) else found

    return call
