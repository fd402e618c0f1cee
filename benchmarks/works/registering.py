"""One writer registers versions, one after the other; the bytes stay where they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing

from airflow_provider_registry.registry import Registry
from benchmarks.floors import DIGEST, know_digest, open_floor
from benchmarks.measure import FLOOR, MLFLOW, OURS, Bar, Call, Finding, compare
from benchmarks.sample import METADATA, METRICS, TAGS
from benchmarks.setting import DISTANT, POSTGRESQL, SQLITE, Setting

MODEL = "churn"
_NOTE = (
    "With its metadata, 10 metrics and 3 tags, read and checked from Python values to the answer. MLflow keeps metrics "
    "with runs, not with versions: it writes the version and its tags alone. The floor digests the file of five "
    "bytes as ours does; MLflow does not."
)


def run(setting: Setting) -> Iterator[Finding]:
    """Register on PostgreSQL, near and far, then on SQLite."""
    for database in (POSTGRESQL, DISTANT, SQLITE):
        with ExitStack() as stack:
            calls = _calls(setting, database, stack)
            bar = Bar(over_floor=1.5, under_mlflow=5)
            yield compare("register, one writer", database, calls, setting.rounds, bar=bar, warm=10, note=_NOTE)


def _calls(setting: Setting, database: str, stack: ExitStack) -> dict[str, Call]:
    folder = setting.new_folder()
    artifact = folder / "model.bin"
    artifact.write_bytes(b"model")

    def register(registry: Registry) -> None:
        registry.register_version(MODEL, artifact.as_uri(), metadata=METADATA, metrics=METRICS, tags=TAGS)

    def opened(url: str) -> Registry:
        registry = stack.enter_context(Registry.connect(url, artifact_root=setting.new_folder(), actor="benchmark"))
        registry.migrate()
        register(registry)
        return registry

    ours, beside = opened(setting.new_url(database)), setting.new_url(database)
    know_digest(opened(beside).engine, DIGEST)
    floor = stack.enter_context(closing(open_floor(beside)))
    calls: dict[str, Call] = {
        OURS: lambda: register(ours),
        FLOOR: lambda: floor.register(MODEL, artifact.as_uri()),
    }
    if setting.mlflow is not None:
        store = stack.enter_context(setting.mlflow.store(setting.new_url(database)))
        store.ask("create_registered_model", name=MODEL)
        calls[MLFLOW] = lambda: store.call("create_model_version", name=MODEL, source="s3://models/1", tags=TAGS)
    return calls
