"""A reader asks which version an alias points at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing

from airflow_provider_registry.registry import Registry
from benchmarks.floors import open_floor
from benchmarks.measure import FLOOR, MLFLOW, OURS, Bar, Call, Finding, compare
from benchmarks.sample import METRICS, TAGS
from benchmarks.setting import DISTANT, POSTGRESQL, SQLITE, Setting

MODEL = "churn"
_NOTE = (
    "From the text of the reference to the version's number, digest and address. The floor is the statement alone, on "
    "an open connection. On SQLite that is a function call of a few microseconds, less than it takes Python to read "
    "the reference, and to take a connection from the pool and give it back."
)


def run(setting: Setting) -> Iterator[Finding]:
    """Resolve on PostgreSQL, near and far, then on SQLite."""
    for database in (POSTGRESQL, DISTANT, SQLITE):
        with ExitStack() as stack:
            calls = _calls(setting, database, stack)
            bar = Bar(over_floor=1.5, under_mlflow=10)
            rounds = 5 * setting.rounds
            yield compare("resolve models:/churn@production", database, calls, rounds, bar=bar, warm=20, note=_NOTE)


def _calls(setting: Setting, database: str, stack: ExitStack) -> dict[str, Call]:
    artifact = setting.new_folder() / "model.bin"
    artifact.write_bytes(b"model")
    url = setting.new_url(database)
    registry = stack.enter_context(Registry.connect(url, artifact_root=setting.new_folder(), actor="benchmark"))
    registry.migrate()
    registry.register_version(MODEL, artifact.as_uri(), metrics=METRICS, tags=TAGS)
    registry.promote(MODEL, 1, "production")
    floor = stack.enter_context(closing(open_floor(url)))
    calls: dict[str, Call] = {
        OURS: lambda: registry.resolve(f"models:/{MODEL}@production"),
        FLOOR: lambda: floor.run(_STATEMENT, [MODEL, "production"]).fetchone(),
    }
    if setting.mlflow is not None:
        store = stack.enter_context(setting.mlflow.store(setting.new_url(database)))
        store.ask("create_registered_model", name=MODEL)
        store.ask("create_model_version", name=MODEL, source="s3://models/1", tags=TAGS)
        store.ask("set_registered_model_alias", name=MODEL, alias="production", version="1")
        calls[MLFLOW] = lambda: store.call("get_model_version_by_alias", name=MODEL, alias="production")
    return calls


_STATEMENT = (
    "SELECT m.name, v.version, v.digest, v.uri FROM registry_model_name n JOIN registry_model m ON m.id = n.model_id "
    "JOIN registry_alias a ON a.model_id = m.id JOIN registry_assignment s ON s.alias_id = a.id AND s.to_at IS NULL "
    "JOIN registry_version v ON v.id = s.version_id WHERE n.folded = %s AND a.folded = %s"
)
