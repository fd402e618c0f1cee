"""Runs of the Dags in `tests/dags`, and the registries that they act on, as the end-to-end tests look at them."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from airflow_provider_registry.registry import Event, EventType, Registry
from demo.client import AirflowClient

# What most tests' aliases ask: quick to answer, and as easily passed as failed.
POLICY: Mapping[str, Any] = {"gates": [{"metric": "auc", "threshold": 0.5, "greater_is_better": True}]}


@dataclass(frozen=True)
class Run:
    """A run of a Dag; each step waits for Airflow where it must.

    Attributes:
        folder: the run's own, which its tasks find in `params.folder`.
    """

    client: AirflowClient
    dag_id: str
    run_id: str
    folder: Path

    def end(self) -> str:
        """Wait for the end, and give the state: `success` or `failed`."""
        return self.client.wait_for_run(self.dag_id, self.run_id, timeout=300)

    def states(self) -> dict[str, str | None]:
        """Wait for the end, and give each task's state."""
        self.end()
        return self.client.task_states(self.dag_id, self.run_id)

    def tries(self) -> dict[str, int]:
        """How many tries each task has taken."""
        return {name: row["try_number"] for name, row in self.client.tasks(self.dag_id, self.run_id).items()}

    def xcom(self, task_id: str, key: str = "return_value", map_index: int = -1) -> Any:
        """What a task returned or pushed."""
        return self.client.xcom(self.dag_id, self.run_id, task_id, key, map_index)

    def xcoms(self, *task_ids: str) -> dict[str, Any]:
        """What tasks returned."""
        return {task_id: self.xcom(task_id) for task_id in task_ids}

    def log(self, task_id: str, try_number: int = 1, map_index: int = -1) -> str:
        """The log of a try."""
        return self.client.task_log(self.dag_id, self.run_id, task_id, try_number=try_number, map_index=map_index)

    def wait_for(self, task_id: str, *states: str, try_number: int = 1) -> dict[str, Any]:
        """Wait until a task is in one of the states."""
        return self.client.wait_for_task(
            self.dag_id, self.run_id, task_id, states=states, try_number=try_number, timeout=300
        )

    def clear(self, *task_ids: str) -> None:
        """Clear tasks, or all where none are named, so that they run again."""
        self.client.clear(self.dag_id, self.run_id, task_ids or None)

    def kill(self) -> None:
        """Kill the task that says its pid, as a machine would that runs out of memory."""
        pid = int(self.pipe.read_text())  # reading waits for the task to write
        os.kill(pid, signal.SIGKILL)

    @property
    def pipe(self) -> Path:
        """Where a task says its pid and waits."""
        return self.folder / "pid"


@dataclass(frozen=True)
class Place:
    """A registry, and an Airflow whose tasks reach it.

    Attributes:
        conn_id: the connection by which they do.
        folder: for the folders of runs.
    """

    name: str
    conn_id: str
    client: AirflowClient
    registry: Registry
    folder: Path

    def model(self, name: str, policy: Mapping[str, Any] | None = POLICY) -> str:
        """Create a model whose alias `production` is protected; gives its name."""
        self.registry.create_model(name)
        if policy is not None:
            self.registry.set_policy(name, "production", policy)
        return name

    def versions(self, model_name: str, number: int, **more: Any) -> list[int]:
        """Register versions that differ, outside Airflow; gives their numbers."""
        return [self._version(model_name, index, more) for index in range(number)]

    def start(
        self,
        dag_id: str,
        model: str,
        files: Mapping[str, str] | None = None,
        *,
        logical_date: datetime | None = None,
        **conf: Any,
    ) -> Run:
        """Trigger a Dag.

        Parameters:
            files: written to the run's folder first, by name.
            conf: over the params that every Dag of `tests/dags` has.
        """
        folder = self.folder / f"{dag_id}-{len(os.listdir(self.folder))}"
        folder.mkdir()
        for name, text in (files or {}).items():
            (folder / name).write_text(text)
        os.mkfifo(folder / "pid")
        self.client.wait_for_dag(dag_id)
        given = {"conn_id": self.conn_id, "model": model, "folder": str(folder), "pipe": str(folder / "pid")}
        run_id = self.client.trigger(dag_id, given | conf, logical_date=logical_date)
        return Run(self.client, dag_id, run_id, folder)

    def events(self, model_name: str) -> Sequence[Event]:
        """All events of a model, once its record is verified."""
        self.registry.verify_record(model_name)
        return self.registry.events(model_name=model_name, limit=10_000).events

    def event_types(self, model_name: str) -> list[str]:
        """Their types, in order."""
        return [event.type.value for event in self.events(model_name)]

    def live(self, model_name: str, alias: str = "production") -> int:
        """The number of the version that an alias points at."""
        return self.registry.get_version(f"models:/{model_name}@{alias}").version

    def numbers(self, model_name: str) -> list[int | None]:
        """The numbers of a model's versions, as the record tells them."""
        return [event.version for event in self.events(model_name) if event.type is EventType.VERSION_REGISTERED]

    def text(self, model_name: str, version: int, into: Path) -> str:
        """What the one file of a version says, downloaded and checked."""
        folder = self.registry.download(version, into, model_name=model_name)
        (file,) = folder.iterdir()
        return file.read_text()

    def _version(self, model_name: str, index: int, more: Mapping[str, Any]) -> int:
        file = self.folder.parent / f"{self.name}-{model_name.replace('/', '-')}-{index}.txt"
        file.write_text(f"weights {index} of {model_name}")
        given = {"metrics": {"auc": 0.9}, "environment": False, **more}
        return self.registry.register_version(model_name, file, **given).version
