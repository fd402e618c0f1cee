"""What the registry costs over its floor: the same rows, written and read by plain SQL in one transaction.

    python -m benchmarks [--rounds N] [--json FILE]

The floor locks the model's row and reads its head, as every act must, and writes the same number of rows; it hashes
nothing, checks nothing, and finds no repeats. Bytes are apart: what is registered is a reference to one small file.
"""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import count
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import select, text

from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.database.engine import acting, reading
from airflow_provider_registry.registry.models.tables import ModelRow
from benchmarks.compare import Comparison, compare
from tests.support.postgres import create_database, running_postgres

MODEL = "churn"
METRICS = {f"metric_{number}": number / 7 for number in range(10)}
TAGS = {"team": "growth", "stage": "nightly", "data": "v3"}


def main() -> None:
    """Run all comparisons on SQLite and on PostgreSQL."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="counted pairs of calls")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    arguments = parser.parse_args()
    logging.disable(logging.INFO)
    results: dict[str, list[Comparison]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for database, url in _databases(Path(folder)):
            results[database] = _compare_all(url, Path(folder), arguments.rounds)
    _show(results)
    if arguments.json:
        figures = {name: [asdict(one) for one in found] for name, found in results.items()}
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n")


def _databases(folder: Path) -> Iterator[tuple[str, str]]:
    yield "SQLite", f"sqlite:///{folder / 'registry.db'}"
    with running_postgres(durable=True) as server:
        yield "PostgreSQL", create_database(server)


def _compare_all(url: str, folder: Path, rounds: int) -> list[Comparison]:
    artifact = folder / "model.bin"
    artifact.write_bytes(b"model")
    with Registry.connect(url, artifact_root=folder / "artifacts", actor="benchmark") as registry:
        registry.migrate()
        registry.register_version(MODEL, artifact.as_uri(), metrics=METRICS, tags=TAGS)
        registry.promote(MODEL, 1, "production")

        def register() -> None:
            registry.register_version(MODEL, artifact.as_uri(), metrics=METRICS, tags=TAGS)

        def resolve() -> None:
            registry.resolve(f"models:/{MODEL}@production")

        with _floor(registry) as (write, read):
            return [
                compare("register a version: 10 metrics, 3 tags", register, write, rounds),
                compare("resolve models:/churn@production", resolve, read, rounds),
            ]


@contextmanager
def _floor(registry: Registry) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    engine = registry.engine
    with acting(engine).connect() as connection, connection.begin():
        for name, columns in (("version", 30), ("event", 12)):
            listed = ", ".join(f"c{number} TEXT" for number in range(columns))
            connection.execute(text(f"CREATE TABLE floor_{name} (id BIGINT PRIMARY KEY, {listed})"))
        connection.execute(text("CREATE TABLE floor_metric (version BIGINT, name TEXT, value DOUBLE PRECISION)"))
        connection.execute(text("CREATE TABLE floor_tag (version BIGINT, name TEXT, value TEXT)"))
    numbers = count(1)
    head = select(ModelRow.last_version, ModelRow.head_hash).where(ModelRow.id == 1).with_for_update()

    def write() -> None:
        number = next(numbers)
        with acting(engine).connect() as connection, connection.begin():
            connection.execute(head).one()
            connection.execute(text("INSERT INTO floor_version (id, c0) VALUES (:id, 'x')"), {"id": number})
            metrics = [{"version": number, "name": name, "value": value} for name, value in METRICS.items()]
            connection.execute(text("INSERT INTO floor_metric VALUES (:version, :name, :value)"), metrics)
            tags = [{"version": number, "name": name, "value": value} for name, value in TAGS.items()]
            connection.execute(text("INSERT INTO floor_tag VALUES (:version, :name, :value)"), tags)
            connection.execute(text("INSERT INTO floor_event (id, c0) VALUES (:id, 'x')"), {"id": number})
            connection.execute(text("UPDATE registry_model SET description = '' WHERE id = 1"))

    def read() -> None:
        with reading(engine).connect() as connection:
            connection.execute(
                text(
                    "SELECT v.version, v.uri, v.digest FROM registry_assignment a "
                    "JOIN registry_version v ON v.id = a.version_id JOIN registry_alias n ON n.id = a.alias_id "
                    "JOIN registry_model_name m ON m.model_id = n.model_id "
                    "WHERE m.folded = :model AND n.folded = 'production' AND a.to_at IS NULL"
                ),
                {"model": MODEL},
            ).one()

    yield write, read


def _show(results: dict[str, list[Comparison]]) -> None:
    table = Table("database", "work", "ours", "floor", "ratio (quartiles)")
    for database, comparisons in results.items():
        for one in comparisons:
            ratio = f"{one.ratio:.2f} ({one.low:.2f} to {one.high:.2f})"
            table.add_row(database, one.what, f"{one.ours * 1e3:.2f} ms", f"{one.floor * 1e3:.2f} ms", ratio)
    Console().print(table)


if __name__ == "__main__":
    main()
