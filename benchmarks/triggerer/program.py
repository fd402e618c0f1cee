"""Airflow's own supervisor and runner of triggers, without Airflow's database: what they run is given in a file.

    python -m benchmarks.triggerer.program TRIGGERS LINES

The runner is a process of its own, as in `airflow triggerer`: all goes over the same sockets, logs too. `TRIGGERS`
holds lines of `[id, class path, arguments]`, and is read as it grows; in `LINES`, the runner writes what `Probe` does,
`{"running": how many}` once a second, and `{"fired": id, "payload": …}`. It ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import sys
import time
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import attrs
from airflow.executors.workloads.task import TaskInstanceDTO
from airflow.executors.workloads.trigger import RunTrigger
from airflow.jobs.triggerer_job_runner import (
    HITLDetailResponseResult,
    TriggerEventEntry,
    TriggerRunner,
    TriggerRunnerSupervisor,
)
from airflow.models.trigger import Trigger
from airflow.sdk.execution_time.comms import GetHITLDetailResponse
from sqlalchemy import Engine, event

from benchmarks.triggerer.probe import Probe

# What Airflow's API takes to say whether a person has answered, in seconds.
ANSWERING = float(os.environ.get("BENCH_ANSWERING", "0.02"))


class Fired(deque[TriggerEventEntry]):
    """The outbound events, each of which is written down."""

    def __init__(self, probe: Probe) -> None:
        super().__init__()
        self._probe = probe

    def append(self, entry: TriggerEventEntry) -> None:
        """Take note of when it was there."""
        self._probe.write(fired=entry.trigger_id, payload=str(entry.event.payload)[:200])
        super().append(entry)


class Runner(TriggerRunner):
    """The runner with a probe beside its triggers."""

    def __init__(self, lines: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow's own has no types
        self._probe = Probe(lines)
        self.events = Fired(self._probe)

    async def arun(self) -> None:
        """Run the probe for as long as the triggers."""
        beside = [asyncio.create_task(self._probe.run()), asyncio.create_task(self._count())]
        _count_statements(self._probe)
        await super().arun()  # type: ignore[no-untyped-call]  # likewise
        del beside

    async def _count(self) -> None:
        while True:
            self._probe.write(running=len(self.triggers))
            await asyncio.sleep(0.5)


@attrs.define(kw_only=True)
class Supervisor(TriggerRunnerSupervisor):
    """The supervisor, given its triggers in a file."""

    triggers: Path
    given: dict[int, tuple[str, dict[str, Any]]] = attrs.field(factory=dict, init=False)
    _read: int = attrs.field(default=0, init=False)

    @classmethod
    def run_in_process(cls) -> None:
        """What the runner's process runs."""
        Runner(Path(sys.argv[2])).run()  # type: ignore[no-untyped-call]  # likewise

    def load_triggers(self) -> None:
        """Hand on what is new in the file."""
        with self.triggers.open() as file:
            file.seek(self._read)
            for line in file:
                number, classpath, kwargs = json.loads(line)
                self.given[number] = classpath, kwargs
            self._read = file.tell()
        self.update_triggers(set(self.given))

    def build_trigger_workloads(self, new_trigger_ids: set[int]) -> list[RunTrigger]:
        """Each as for a task that deferred."""
        return [_workload(number, *self.given[number]) for number in sorted(new_trigger_ids)]

    def on_trigger_event(self, trigger_id: int, event: Any) -> None:
        """Where the real one wakes the task."""
        self.given.pop(trigger_id, None)

    def on_trigger_failure(self, trigger_id: int, exc: list[str] | None) -> None:
        """Where the real one fails the task."""
        sys.exit(f"Trigger {trigger_id} failed: {''.join(exc or [])}")

    def clean_unused(self) -> None:
        """There is no database to clean."""

    def heartbeat(self) -> None:
        """There is no job."""

    def emit_metrics(self) -> None:
        """There is nobody to tell."""

    def should_stop(self) -> bool:
        """Whether standard input was closed."""
        ready, _, _ = select.select([sys.stdin], [], [], 0)
        return bool(ready)

    def _handle_request(self, msg: Any, log: Any, req_id: int) -> None:
        if isinstance(msg, GetHITLDetailResponse):
            time.sleep(ANSWERING)
            nobody = HITLDetailResponseResult(
                response_received=False, responded_at=None, chosen_options=None, params_input={}, responded_by_user=None
            )
            self.send_msg(nobody, request_id=req_id, error=None)
        else:
            super()._handle_request(msg, log, req_id)


def _workload(number: int, classpath: str, kwargs: dict[str, Any]) -> RunTrigger:
    instance = TaskInstanceDTO(
        id=UUID(int=number), dag_version_id=uuid4(), task_id=f"wait_{number}", dag_id="crowd", run_id="manual__crowd",
        try_number=1, map_index=-1, pool_slots=1, queue="default", priority_weight=1,
    )  # fmt: skip
    if "moment" in kwargs:  # a time is no JSON
        kwargs = kwargs | {"moment": datetime.fromtimestamp(kwargs["moment"], UTC)}
    encrypted = Trigger.encrypt_kwargs(kwargs)
    return RunTrigger(id=number, classpath=classpath, encrypted_kwargs=encrypted, ti=instance)


def _count_statements(probe: Probe) -> None:
    """Write down what is sent to SQLite; PostgreSQL says itself what it was sent."""

    def trace(connection: Any, _: object) -> None:
        if hasattr(connection, "set_trace_callback"):
            connection.set_trace_callback(lambda statement: probe.write(statement=statement[:40]))

    event.listen(Engine, "connect", trace)


def main() -> None:
    """Run until standard input is closed."""
    supervisor = Supervisor.start(job=None, capacity=100_000, triggers=Path(sys.argv[1]))
    supervisor.run()
    supervisor.kill(escalation_delay=5, force=True)


if __name__ == "__main__":
    main()
