"""An alias moves through its policy: the gates were answered before, and their report still stands."""

from __future__ import annotations

import itertools
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import psycopg
from sqlalchemy import make_url

from airflow_provider_registry.registry import Registry
from benchmarks.measure import FLOOR, OURS, Bar, Call, Finding, Seconds, compare, timed
from benchmarks.sample import METRICS
from benchmarks.setting import POSTGRESQL, SQLITE, Setting

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
    """Promote on PostgreSQL, then on SQLite."""
    for database in (POSTGRESQL, SQLITE):
        with ExitStack() as stack:
            ours = _prepared(setting, setting.new_url(database), stack)
            beside = setting.new_url(database)
            _validate(_prepared(setting, beside, stack), 2)
            calls: dict[str, Call] = {OURS: _promotions(ours), FLOOR: _floor(beside)}
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


def _floor(url: str) -> Callable[[], object]:
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        local = sqlite3.connect(target.database or "", isolation_level=None)
        local.execute("PRAGMA synchronous = FULL")
        local.execute("PRAGMA foreign_keys = ON")
        return lambda: _sqlite(local)
    dsn = target.set(drivername="postgresql").render_as_string(hide_password=False)
    remote = psycopg.connect(dsn)
    return lambda: _postgresql(remote)


def _postgresql(connection: psycopg.Connection[Any]) -> None:
    with connection.transaction(), connection.cursor() as cursor:

        def run(statement: Any, values: list[Any]) -> Any:
            return cursor.execute(statement, values)

        _write(run, "%s", cursor.execute("SELECT clock_timestamp()").fetchone()[0], " FOR UPDATE OF m")  # type: ignore[index]  # one row


def _sqlite(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    _write(connection.execute, "?", f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}", "")
    connection.execute("COMMIT")


def _write(run: Callable[[str, list[Any]], Any], place: str, now: Any, locking: str) -> None:
    def ask(statement: str, *values: Any) -> Any:
        return run(statement.replace("%s", place), list(values))

    model, seq = ask(_LOCK + locking, MODEL).fetchone()
    ask("SELECT * FROM registry_version WHERE model_id = %s AND version = %s", model, 2).fetchone()
    alias = ask("SELECT id FROM registry_alias WHERE model_id = %s AND folded = %s", model, ALIAS).fetchone()[0]
    ask("SELECT * FROM registry_policy WHERE alias_id = %s AND to_at IS NULL", alias).fetchone()
    held, version = ask(
        "SELECT id, version_id FROM registry_assignment WHERE alias_id = %s AND to_at IS NULL", alias
    ).fetchone()
    ask("SELECT * FROM registry_gate_report WHERE alias_id = %s ORDER BY id DESC LIMIT 1", alias).fetchone()
    key = secrets.token_hex(32)
    values = [model, seq + 1, "alias.promoted", now, 2, ALIAS, key, key, _BODY, key, _BODY[:300], _BODY[:32]]
    event = ask(
        "INSERT INTO registry_event (model_id, seq, type, at, version, alias, act_key, fingerprint, body, hash, "
        "private, private_key) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        *values,
    ).fetchone()[0]
    ask("UPDATE registry_assignment SET to_at = %s, ended_by_event = %s WHERE id = %s", now, event, held)
    ask(
        "INSERT INTO registry_assignment (model_id, alias_id, version_id, from_at, previous_id, set_by_event) "
        "VALUES (%s, %s, %s, %s, %s, %s)",
        *[model, alias, version, now, held, event],
    )
    ask("UPDATE registry_model SET head_seq = %s, head_hash = %s, head_at = %s WHERE id = %s", seq + 1, key, now, model)


_LOCK = (
    "SELECT m.id, m.head_seq FROM registry_model m JOIN registry_model_name n ON n.model_id = m.id WHERE n.folded = %s"
)
_BODY = b"x" * 1_500
