"""A process that registers, and stops where it is told to: `python -m tests.support.registering`.

Where it stops it says so on stdout and sleeps until it is killed.
"""

from __future__ import annotations

import signal
import sys
from typing import Any

from sqlalchemy import event

from airflow_provider_registry.artifacts.progress import Counter
from airflow_provider_registry.registry import Registry

STOPS = ("upload", "version", "event", "commit", "answer")


def stop() -> None:
    """Say so, and wait to be killed."""
    print("stopped", flush=True)  # noqa: T201  # what the test waits for
    signal.pause()


class Stopping(Counter):
    """Stops in the middle of an upload: a file is stored, others are not."""

    def _on_advance(self) -> None:
        if self.label.startswith("Storing") and self.files_done < self.total_files:
            stop()


def stop_in_database(registry: Registry, where: str) -> None:
    """Stop before the version's row is written, before its event, or before COMMIT."""
    seen: list[str] = []

    def before(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)
        if where in ("version", "event") and statement.startswith(f"INSERT INTO registry_{where} "):
            stop()

    def committing(connection: Any) -> None:
        if where == "commit" and any(statement.startswith("INSERT INTO registry_event") for statement in seen):
            stop()

    event.listen(registry.engine, "before_cursor_execute", before)
    event.listen(registry.engine, "commit", committing)


def many(registry: Registry, artifact: str, count: int) -> None:
    """Register that many versions of the same bytes, as fast as it goes."""
    for _ in range(count):
        registry.register_version("churn", artifact, environment=False)


def main(url: str, root: str, artifact: str, where: str, count: int = 1) -> None:
    """Register one version with the key `k` and stop at `where`, or many without stopping."""
    registry = Registry.connect(url, artifact_root=root, actor="process")
    if where == "never":
        many(registry, artifact, count)
        return
    registry.get_model("churn")
    stop_in_database(registry, where)
    progress = Stopping() if where == "upload" else Counter()
    registry.register_version("churn", artifact, key="k", environment=False, progress=progress)
    stop()


if __name__ == "__main__":
    url, root, artifact, where, *rest = sys.argv[1:]
    main(url, root, artifact, where, *map(int, rest))
