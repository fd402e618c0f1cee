"""An alias moves through its policy: the gates were answered before, and their report still stands."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from typing import Any

from airflow_provider_registry.registry import Registry
from benchmarks.floors import EVENT, HEAD, Floor, open_floor
from benchmarks.measure import FLOOR, OURS, Bar, Call, Finding, Seconds, compare, timed
from benchmarks.sample import METRICS
from benchmarks.setting import DISTANT, POSTGRESQL, SQLITE, Setting

MODEL, ALIAS = "churn", "production"
POLICY = {
    "gates": [
        {"metric": "metric_1", "threshold": 0.1, "greater_is_better": True},
        {"metric": "metric_2", "min_absolute_change": -0.5, "greater_is_better": True},
    ]
}
_NOTE = (
    "The floor locks the model, reads the version, the alias, its policy, its holder and the report, ends the holder's "
    "interval, begins the new one, and writes an event of the same size. It reads no metrics, and answers no gate."
)


def run(setting: Setting) -> Iterator[Finding]:
    """Promote on PostgreSQL, near and far, then on SQLite."""
    for database in (POSTGRESQL, DISTANT, SQLITE):
        with ExitStack() as stack:
            ours = _prepared(setting, setting.new_url(database), stack)
            beside = setting.new_url(database)
            _validate(_prepared(setting, beside, stack), 2)
            floor = stack.enter_context(closing(open_floor(beside)))
            calls: dict[str, Call] = {OURS: _promotions(ours), FLOOR: partial(_move, floor)}
            bar = Bar(over_floor=2)
            yield compare("promote through a policy", database, calls, setting.rounds, bar=bar, warm=10, note=_NOTE)


def _prepared(setting: Setting, url: str, stack: ExitStack) -> Registry:
    folder = setting.new_folder()
    registry = stack.enter_context(Registry.connect(url, artifact_root=folder / "root", actor="benchmark"))
    registry.migrate()
    artifact = folder / "model.bin"
    artifact.write_bytes(b"model")
    for _ in range(2):
        registry.register_version(MODEL, artifact, metrics=METRICS)
    registry.set_policy(MODEL, ALIAS, POLICY)
    registry.promote(MODEL, 1, ALIAS)
    return registry


def _validate(registry: Registry, version: int) -> None:
    assert registry.validate(MODEL, version, alias=ALIAS).passed


def _promotions(registry: Registry) -> Call:
    versions = itertools.cycle([2, 1])

    def call() -> Seconds:
        version = next(versions)
        _validate(registry, version)
        return Seconds(timed(lambda: registry.promote(MODEL, version, ALIAS)))

    return call


def _move(floor: Floor) -> None:
    with floor.transaction() as run:

        def ask(statement: str, *values: Any) -> Any:
            return run(statement, values).fetchone()

        now = floor.now(run)
        model, last, seq = ask(_LOCK + floor.locking, MODEL)
        ask("SELECT * FROM registry_version WHERE model_id = %s AND version = %s", model, 2)
        (alias,) = ask("SELECT id FROM registry_alias WHERE model_id = %s AND folded = %s", model, ALIAS)
        ask("SELECT * FROM registry_policy WHERE alias_id = %s AND to_at IS NULL", alias)
        held, version = ask(
            "SELECT id, version_id FROM registry_assignment WHERE alias_id = %s AND to_at IS NULL", alias
        )
        ask("SELECT * FROM registry_gate_report WHERE alias_id = %s ORDER BY id DESC LIMIT 1", alias)
        key = secrets.token_hex(32)
        written = ["alias.promoted", now, 2, ALIAS, key, key, _BODY, key]
        (event,) = ask(EVENT + " RETURNING id", model, seq + 1, *written, _BODY[:300], _BODY[:32])
        run("UPDATE registry_assignment SET to_at = %s, ended_by_event = %s WHERE id = %s", [now, event, held])
        run(
            "INSERT INTO registry_assignment (model_id, alias_id, version_id, from_at, previous_id, set_by_event) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            [model, alias, version, now, held, event],
        )
        run(HEAD, [last, seq + 1, key, now, model])


_LOCK = (
    "SELECT m.id, m.last_version, m.head_seq FROM registry_model m "
    "JOIN registry_model_name n ON n.model_id = m.id WHERE n.folded = %s"
)
_BODY = b"x" * 1_500
