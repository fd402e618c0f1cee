"""A registry that is worth looking at: a model of twelve weeks, a question that waits, and many other models."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from airflow_provider_registry.hooks.person import airflow_user
from airflow_provider_registry.registry import Caller, Producer, Registry
from airflow_provider_registry.registry.caller import Via
from tests.support.kernel import later

MODEL = "growth/churn"
WEEKS = 12

POLICY: dict[str, Any] = {
    "gates": [
        {"metric": "auc", "threshold": 0.8, "greater_is_better": True},
        {"metric": "auc", "min_absolute_change": -0.01, "greater_is_better": True},
        {"metric": "auc", "slice": "country=NO", "threshold": 0.7, "greater_is_better": True},
    ],
    "approvals": [{"role": "ml-lead", "users": ["ida", "ada"]}],
    "four_eyes": True,
}
_LIVE = {1: "", 4: "a year more of data", 6: "better by two points", 10: "drops the feature that leaked"}
_SHADOWS = (2, 5, 9, 11)
_DESCRIPTION = "Who will leave within **30 days**; trained every week on the customers of the last year."

# Enough for the list to have a second page.
_TEAMS = ("growth", "risk", "pricing", "support", "search")
_USES = ("fraud", "demand", "uplift", "ranking", "returns", "intent", "images", "routing", "spam", "credit", "churn-2")


def as_user(registry: Registry, user: str) -> Registry:
    """The same registry, as somebody uses it who is logged in to Airflow."""
    return registry.acting_as(Caller(airflow_user(user, user), via=Via.UI, authenticated=True))


def fill(registry: Registry, folder: Path) -> None:
    """Fill an empty registry.

    Parameters:
        folder: for artifacts, until they are stored.
    """
    for team, use in product(_TEAMS, _USES):
        registry.create_model(f"{team}/{use}", team=team)
    with later(weeks=-WEEKS - 1):
        registry.create_model(MODEL, team="growth", description=_DESCRIPTION)
        registry.set_policy(MODEL, "production", POLICY, reason="from the start, people decide")
    for week in range(1, WEEKS + 1):
        with later(weeks=week - WEEKS, hours=-5):
            _register(registry, folder, week)
            _move(registry, week)
    with later(hours=-2):
        ida = as_user(registry, "ida")
        ida.request_promotion(MODEL, WEEKS, "production", reason="the best so far, in Norway too")


def _register(registry: Registry, folder: Path, week: int) -> None:
    auc = 0.82 + 0.007 * week + (-0.01 if week % 3 == 2 else 0.006)
    file = folder / f"weights-{week}.bin"
    file.write_bytes(bytes(range(week, 200)) * 50)
    metrics = [
        {"name": "auc", "value": auc},
        {"name": "auc", "value": auc - 0.05, "slice": "country=NO"},
        {"name": "auc", "value": auc + 0.03, "phase": "training"},
        {"name": "f1", "value": auc - 0.1},
        {"name": "logloss", "value": 0.5 - 0.02 * week},
    ]
    day = datetime.now(UTC) + timedelta(weeks=week - WEEKS)
    registry.register_version(
        MODEL,
        file,
        metrics=metrics,
        params={"depth": week % 4 + 2, "eta": 0.1},
        inputs=[{"name": "customers", "uri": f"s3://lake/customers/{day:%Y-%m-%d}", "rows": 80_000 + 1_250 * week}],
        tags={"owner": "ana"},
        description="Without the *postal code*." if week >= 10 else "",
        producer=Producer("retrain", "register", f"scheduled__{day:%Y-%m-%d}", -1, 1, "airflow", "scheduled"),
        training_duration=412.5,
        code_revision=f"{week:02x}c0ffee",
        environment=week == WEEKS,
    )
    for ago in range(7 if week in _LIVE else 0):
        registry.record_metrics(week, {"auc": auc - 0.004 * ago}, model_name=MODEL, observed_at=day - timedelta(ago))


def _move(registry: Registry, week: int) -> None:
    if week in _SHADOWS:
        registry.promote(MODEL, week, "shadow")
    if week in _LIVE:
        request = registry.request_promotion(MODEL, week, "production", reason=_LIVE[week])
        as_user(registry, "ada").decide(request.request_id, verdict="approve", comment="seen")
        registry.promote(MODEL, week, "production", reason=_LIVE[week])
    if week == 8:
        as_user(registry, "ida").rollback(MODEL, "production", reason="worse in Norway")
