"""An auditor has the record of a model checked, from the stored bytes to the tables beside them."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.database.engine import acting
from benchmarks.long_record import append_promotions
from benchmarks.measure import Bar, Finding, Spread, timed
from benchmarks.setting import POSTGRESQL, SQLITE, Setting

MODEL = "churn"
_REPEATS = 3
_NOTE = "Two versions, of which one after the other holds the alias: each event moves it."


def run(setting: Setting) -> Iterator[Finding]:
    """Verify a record of as many events as the second of the sizes."""
    events = setting.sizes[min(1, len(setting.sizes) - 1)]
    for database in (POSTGRESQL, SQLITE):
        folder, url = setting.new_folder(), setting.new_url(database)
        artifact = folder / "model.bin"
        artifact.write_bytes(b"model")
        with Registry.connect(url, artifact_root=folder / "root", actor="benchmark") as registry:
            registry.migrate()
            for _ in range(2):
                registry.register_version(MODEL, artifact)
            registry.promote(MODEL, 1, "production")
            append_promotions(acting(registry.engine), events)
            rates = [_rate(registry) for _ in range(_REPEATS)]
        where = f"{database}, {events:,} events"
        yield Finding("verify a record", where, Spread.of(rates), unit="events/s", bar=Bar(at_least=50_000), note=_NOTE)


def _rate(registry: Registry) -> float:
    counts: list[int] = []
    seconds = timed(lambda: counts.append(registry.verify_record(MODEL).count))
    return counts[0] / seconds
