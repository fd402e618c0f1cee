"""Every act of the kernel, each with what must stand before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_registry.errors import (
    ApprovalNeededError,
    DecisionRefusedError,
    NotPassedError,
    RegistryError,
)
from tests.registry.requests.worlds import LEAD, approve, ask, asks, by, protect
from tests.support.kernel import FLOOR, World
from tests.support.scanned import scanned
from tests.support.signers import a_signer

NOON = "2026-03-03T12:00:00+00:00"

# Each act, as (what stands before it, the act itself).
SIGNER = a_signer()
Act = Callable[[World], Any]


def newest(world: World) -> int:
    """The id of the newest promotion request."""
    return world.registry.requests()[0].request_id


def refused(error: type[RegistryError], doing: Act) -> Act:
    """An act that writes down what it refuses."""

    def act(world: World) -> str:
        with pytest.raises(error) as caught:
            doing(world)
        return str(caught.value)

    return act


def _measure(world: World) -> Any:
    return world.registry.record_metrics("models:/churn/1", {"auc": 0.8}, observed_at=NOON, key="k").event


def approved(world: World, *, keep_open: bool = False) -> None:
    """An approved request for version 1, and an open one for version 2 where they may stay side by side."""
    protect(world, on_newer="keep_open" if keep_open else "supersede")
    approve(world, "ana", ask(world))
    if keep_open:
        ask(world, 2)


PROFILE = {"columns": {"country": {"type": "categorical", "count": 2, "categories": {"NO": 2}}}}

ACTS: dict[str, tuple[Act, Act]] = {
    "create": (lambda w: None, lambda w: w.registry.create_model("churn", team="growth", key="k")),
    "update": (
        lambda w: w.registry.create_model("churn"),
        lambda w: w.registry.update_model("churn", team="growth", key="k"),
    ),
    "rename": (
        lambda w: w.registry.create_model("churn"),
        lambda w: w.registry.rename_model("churn", "leave", key="k"),
    ),
    "register": (
        lambda w: w.registry.create_model("churn"),
        lambda w: w.register("one", auc=0.9, params={"a": 1}, tags={"b": "c"}, inputs=[{"name": "d"}], key="k"),
    ),
    "register anew": (
        lambda w: w.register("one", auc=0.9, key="k"),
        lambda w: w.register("two", auc=0.9, key="k"),
    ),
    "promote": (lambda w: w.versions(0.9), lambda w: w.registry.promote("churn", 1, "production", key="k")),
    "promote protected": (
        lambda w: (w.versions(0.9), w.registry.set_policy("churn", "production", FLOOR)),
        lambda w: w.registry.promote("churn", 1, "production", key="k"),
    ),
    "promote again": (
        lambda w: (w.versions(0.8, 0.9), w.registry.promote("churn", 1, "production")),
        lambda w: w.registry.promote("churn", 2, "production", key="k"),
    ),
    "validate": (
        lambda w: (w.versions(0.7), w.registry.set_policy("churn", "production", FLOOR)),
        lambda w: w.registry.validate("churn", 1, alias="production", key="k"),
    ),
    "roll back": (
        lambda w: (w.versions(0.8, 0.9), *(w.registry.promote("churn", n, "production") for n in (1, 2))),
        lambda w: w.registry.rollback("churn", "production", reason="bad", key="k"),
    ),
    "clear": (
        lambda w: (w.versions(0.9), w.registry.promote("churn", 1, "production")),
        lambda w: w.registry.clear_alias("churn", "production", key="k"),
    ),
    "set policy": (
        lambda w: (w.versions(0.9), w.registry.set_policy("churn", "production", {"gates": []})),
        lambda w: w.registry.set_policy("churn", "production", FLOOR, key="k"),
    ),
    "remove policy": (
        lambda w: (w.versions(0.9), w.registry.set_policy("churn", "production", FLOOR)),
        lambda w: w.registry.remove_policy("churn", "production", reason="gone", key="k"),
    ),
    "tag": (lambda w: w.versions(0.9), lambda w: w.registry.set_tag("models:/churn/1", "a", "b", key="k")),
    "untag": (
        lambda w: w.register("one", tags={"a": "b"}),
        lambda w: w.registry.delete_tag("models:/churn/1", "a", key="k"),
    ),
    "describe": (
        lambda w: w.versions(0.9),
        lambda w: w.registry.describe_version("models:/churn/1", "good", key="k"),
    ),
    "check": (
        lambda w: w.versions(0.9),
        lambda w: w.registry.record_check("churn", 1, "drift", True, {"psi": 0.04}, key="k"),
    ),
    "check what a request reads": (
        lambda w: ask(protect(w, gates=[{"check": "drift", "severity": "warning"}])),
        lambda w: w.registry.record_check("churn", 1, "drift", True, key="k"),
    ),
    "validate by a check": (
        lambda w: (w.versions(0.9), w.registry.set_policy("churn", "production", {"gates": [{"check": "drift"}]})),
        lambda w: w.registry.validate("churn", 1, alias="production", key="k"),
    ),
    "measure": (
        lambda w: w.versions(0.9),
        _measure,
    ),
    "feedback": (
        lambda w: w.versions(0.9),
        lambda w: w.registry.record_feedback("models:/churn/1", kind="comment", value="late", source="bo", key="k"),
    ),
    "erase feedback": (
        lambda w: (w.versions(0.9), w.registry.record_feedback("models:/churn/1", kind="rating", value=1, source="bo")),
        lambda w: w.registry.erase_feedback("churn", source="bo", reason="asked for"),
    ),
    "profile": (
        lambda w: w.versions(0.9),
        lambda w: w.registry.record_profile("models:/churn/1", PROFILE, key="k"),
    ),
    "card": (
        lambda w: w.versions(0.9),
        lambda w: w.registry.set_card("models:/churn/1", "## Limits", key="k"),
    ),
    "card that a request reads": (
        lambda w: ask(protect(w, gates=[{"card": {"require": ["limitations"]}, "severity": "warning"}])),
        lambda w: w.registry.set_card("models:/churn/1", "## Limits", key="k"),
    ),
    "scan": (
        lambda w: w.versions(0.9),
        lambda w: scanned(w.registry, "models:/churn/1", key="k"),
    ),
    "scan what a request reads": (
        lambda w: ask(protect(w, gates=[{"scan": "pickle", "severity": "warning"}])),
        lambda w: scanned(w.registry, "models:/churn/1", key="k"),
    ),
    "validate by a scan": (
        lambda w: (w.versions(0.9), w.registry.set_policy("churn", "production", {"gates": [{"scan": "pickle"}]})),
        lambda w: w.registry.validate("churn", 1, alias="production", key="k"),
    ),
    "sign": (
        lambda w: w.versions(0.9),
        lambda w: w.registry.sign("models:/churn/1", SIGNER, key="k"),
    ),
    "validate by a signature": (
        lambda w: (
            w.versions(0.9),
            w.registry.sign("models:/churn/1", SIGNER),
            w.registry.set_policy("churn", "production", {"gates": [{"signature": {"key": SIGNER.public_key}}]}),
        ),
        lambda w: w.registry.validate("churn", 1, alias="production", key="k"),
    ),
    "route": (
        lambda w: (w.versions(0.8, 0.9), w.registry.promote("churn", 1, "production")),
        lambda w: w.registry.route("churn", 2, "production", traffic=10, key="k"),
    ),
    "route protected": (
        lambda w: (
            w.versions(0.9, 0.91),
            w.registry.promote("churn", 1, "production"),
            w.registry.set_policy("churn", "production", FLOOR),
        ),
        lambda w: w.registry.route("churn", 2, "production", traffic=10, key="k"),
    ),
    "end route": (
        lambda w: (
            w.versions(0.8, 0.9),
            w.registry.promote("churn", 1, "production"),
            w.registry.route("churn", 2, "production", traffic=10),
        ),
        lambda w: w.registry.end_route("churn", 2, "production", key="k"),
    ),
    "promote, which ends a route": (
        lambda w: (
            w.versions(0.8, 0.9),
            w.registry.promote("churn", 1, "production"),
            w.registry.route("churn", 2, "production", traffic=10),
        ),
        lambda w: w.registry.promote("churn", 2, "production", key="k"),
    ),
    "deploy": (
        lambda w: w.versions(0.9),
        lambda w: w.registry.record_deployment("models:/churn/1", "production", "eu", desired="running", key="k"),
    ),
    "deploy anew": (
        lambda w: (
            w.versions(0.9),
            w.registry.record_deployment("models:/churn/1", "production", "eu", desired="running"),
        ),
        lambda w: w.registry.record_deployment("models:/churn/1", "production", "eu", actual="running", key="k"),
    ),
    "archive": (lambda w: w.versions(0.9), lambda w: w.registry.archive_version("models:/churn/1", key="k")),
    "restore": (
        lambda w: (w.versions(0.9), w.registry.archive_version("models:/churn/1")),
        lambda w: w.registry.restore_version("models:/churn/1", key="k"),
    ),
    "set retention": (
        lambda w: w.versions(0.9),
        lambda w: w.registry.set_retention("churn", {"keep_last": 1}, key="k"),
    ),
    "archive one version by retention": (
        lambda w: (w.versions(0.8, 0.9), w.registry.set_retention("churn", {"keep_last": 1})),
        lambda w: w.registry.apply_retention("churn").models[0].retention,
    ),
    "review": (
        lambda w: (
            w.versions(0.9),
            w.registry.promote("churn", 1, "production"),
            w.registry.set_policy("churn", "production", asks(review_every="90d")),
        ),
        lambda w: by(w, "ana").record_review("churn", "production", outcome="keep", key="k"),
    ),
    "ask": (protect, lambda w: ask(w, key="k")),
    "ask and supersede": (lambda w: ask(protect(w)), lambda w: ask(w, 2, key="k")),
    "ask, where the gates fail": (
        lambda w: (protect(w), w.register("bad", auc=0.1)),
        refused(NotPassedError, lambda w: ask(w, 3, key="k")),
    ),
    "promote, which asks": (
        protect,
        refused(ApprovalNeededError, lambda w: w.registry.promote("churn", 1, "production", key="k")),
    ),
    "promote what is approved": (
        lambda w: approved(w, keep_open=True),
        lambda w: w.registry.promote("churn", 1, "production", key="k"),
    ),
    "approve": (
        lambda w: ask(protect(w, {**LEAD, "count": 2})),
        lambda w: by(w, "ana").decide(newest(w), verdict="approve", key="k"),
    ),
    "approve as the last": (
        lambda w: ask(protect(w)),
        lambda w: by(w, "ana").decide(newest(w), verdict="approve", key="k"),
    ),
    "reject": (approved, lambda w: by(w, "bo").decide(newest(w), verdict="reject", key="k")),
    "try to decide": (
        lambda w: ask(protect(w)),
        refused(DecisionRefusedError, lambda w: by(w, "eve").decide(newest(w), verdict="approve", key="k")),
    ),
    "withdraw": (approved, lambda w: w.registry.withdraw(newest(w), reason="wait", key="k")),
    "override": (
        lambda w: (protect(w, on_newer="keep_open", override={"users": ["boss"]}), ask(w), ask(w, 2)),
        lambda w: by(w, "boss").override("churn", 1, "production", reason="fire", key="k"),
    ),
    "empty past the policy": (
        lambda w: (
            w.versions(0.9),
            w.registry.promote("churn", 1, "production"),
            w.registry.set_policy("churn", "production", asks(override={"users": ["boss"]})),
        ),
        lambda w: by(w, "boss").clear_alias("churn", "production", reason="fire", key="k"),
    ),
    "set a policy under requests": (
        lambda w: approved(w, keep_open=True),
        lambda w: w.registry.set_policy("churn", "production", FLOOR, key="k"),
    ),
    "archive a version that is asked for": (
        lambda w: approved(w, keep_open=True),
        lambda w: w.registry.archive_version("models:/churn/2", key="k"),
    ),
}
