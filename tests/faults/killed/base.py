"""What there is before each act: a model with something to do for each of them, and all that could be disturbed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from airflow_provider_registry.artifacts.source import LocalSource
from airflow_provider_registry.registry import Actor, Caller, Registry
from airflow_provider_registry.registry.caller import Via
from airflow_provider_registry.registry.database.engine import acting
from airflow_provider_registry.registry.versions.tables import BytesCheckRow
from tests.faults.killed.scene import Scene
from tests.support.kernel import FLOOR, later
from tests.support.signers import a_signer

PEOPLE = {"approvals": [{"role": "lead", "users": ["ana", "bo"]}], "four_eyes": True, "on_newer": "keep_open"}
LIVE = {"metric": "auc", "threshold": 0.7, "greater_is_better": True, "phase": "production"}
GATED: dict[str, Any] = {**FLOOR, "override": {"users": ["ana"]}, "review_every": "90d"}
ASKED: dict[str, Any] = {**FLOOR, **PEOPLE}
LOOKS = {"check": "looks", "severity": "warning"}
SIGNER = a_signer()
SCANNED = {"scan": "pickle", "severity": "warning"}
SIGNED = {"signature": {"key": SIGNER.public_key}, "severity": "warning"}
WRITTEN = {"card": {"require": ["intended_use"]}, "severity": "warning"}
NEWER: dict[str, Any] = {
    **ASKED,
    "gates": [*FLOOR["gates"], LOOKS, {**LIVE, "slice": "n=1", "severity": "warning"}, WRITTEN, SCANNED, SIGNED],
    "on_newer": "supersede",
    "expires_after": "7d",
}
READ: dict[str, Any] = {"gates": [{"integrity": True}]}

WHEN = "2026-03-03T00:00:00+00:00"
FEEDBACK: list[dict[str, Any]] = [
    {"kind": "comment", "value": "she called us", "subject": "p-1", "source": "eva"},
    {"kind": "rating", "value": 4, "subject": "p-1"},
]
PROFILE: dict[str, Any] = {"columns": {"country": {"type": "categorical", "count": 2, "categories": {"NO": 2}}}}

AUCS = {1: 0.81, 2: 0.82, 3: 0.83, 4: 0.84, 5: 0.5}
CONTENTS = [*(f"v{number}" for number in AUCS), "cleared", "new", "other", "stranded"]


def measured(*aucs: float) -> list[dict[str, Any]]:
    """A row for each, of a slice of its own."""
    return [{"name": "auc", "value": auc, "slice": f"n={at}", "observed_at": WHEN} for at, auc in enumerate(aucs)]


def build(scene: Scene) -> None:
    """Fill an empty registry, and keep it.

    Of `churn`, version 4 is archived since two days, 5 passes no gate, and 6 was made by the task itself. `free` moved
    from 1 to 2, as `gated` did, which is to be reviewed; 1 shadows `free`, and 2 should run at `eu`. `asked` is held by
    1, with an approved request for 2 and an open one for 3; `newer` has an open one for 2; nobody is asked for `auto`,
    `read` has its bytes read, and `locked` lost its policy. Nobody wants the bytes of `stranded`.
    """
    for content in CONTENTS:
        scene.make(content)
    with scene.registry() as task:
        registry = task.acting_as(Caller(Actor("python", "eva", "eva"), Via.PYTHON))
        registry.create_model("churn", team="growth")
        with later(days=-2):
            _register(registry, scene, 1, 2, 3, 4)
            registry.archive_version("models:/churn/4")
        _say_that_bytes_were_read(registry)
        _register(registry, scene, 5)
        registry.set_tag("models:/churn/1", "owner", "eva")
        registry.record_metrics("models:/churn/2", measured(0.8))
        registry.record_feedback_batch("models:/churn/1", FEEDBACK)
        registry.record_profile("models:/churn/1", PROFILE)
        task.register_version("churn", scene.folder / "made" / "cleared", metrics={"auc": 0.86}, environment=False)
        registry.register_version("other", scene.folder / "made" / "other", environment=False)
        webhook = {"url": "https://hooks.example.com/", "secret": "signing"}
        registry.set_webhooks("other", [{"name": "kept", **webhook}, {"name": "old", **webhook}])
        registry.set_retention("churn", {"keep_last": 1, "grace": "1d"})
        _move(registry)
        _ask(registry)
        _let_a_day_pass(registry)
        source = LocalSource.scan(scene.folder / "made" / "stranded")
        registry._core.store.put(source, source.manifest(), "churn")
    scene.place.age()
    scene.keep()


def _register(registry: Registry, scene: Scene, *numbers: int) -> None:
    for number in numbers:
        made = scene.folder / "made" / f"v{number}"
        registry.register_version("churn", made, metrics={"auc": AUCS[number]}, environment=False)


def _say_that_bytes_were_read(registry: Registry) -> None:
    """Just now, of all that is there."""
    with acting(registry.engine).begin() as connection:
        connection.execute(update(BytesCheckRow).values(checked_at=datetime.now(UTC)))


def _move(registry: Registry) -> None:
    for alias in ("free", "gated"):
        registry.promote("churn", 1, alias)
        registry.promote("churn", 2, alias)
    for alias in ("asked", "newer", "auto", "locked"):
        registry.promote("churn", 1, alias)
    for alias, policy in {"gated": GATED, "asked": ASKED, "newer": NEWER, "auto": FLOOR, "read": READ}.items():
        registry.set_policy("churn", alias, policy)
    registry.route("churn", 1, "free", shadow=True)
    registry.record_deployment("models:/churn/2", "production", "eu", desired="running")
    registry.set_policy("churn", "locked", FLOOR)
    registry.remove_policy("churn", "locked", reason="gone")


def _ask(registry: Registry) -> None:
    request = registry.request_promotion("churn", 2, "asked")
    bo = registry.acting_as(Caller(Actor("airflow:one", "bo", "bo"), Via.UI, authenticated=True))
    bo.decide(request.request_id, verdict="approve")
    registry.request_promotion("churn", 3, "asked")
    registry.request_promotion("churn", 2, "newer")


def _let_a_day_pass(registry: Registry) -> None:
    """Since the bytes of version 1 were read: who moves an alias to it has to read them again."""
    then = datetime.now(UTC) - timedelta(days=4)
    with acting(registry.engine).begin() as connection:
        connection.execute(update(BytesCheckRow).where(BytesCheckRow.version_id == 1).values(checked_at=then))
