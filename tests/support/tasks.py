"""Runs a task as Airflow's own task runner does, with its templates, its context and its exceptions, in this process.

Only the supervisor is another: it keeps in memory what a task tells it. Connections come from the environment.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from airflow.sdk import DAG, Asset
from airflow.sdk.api.datamodels._generated import (
    AssetEventDagRunReference,
    AssetEventResponse,
    AssetReferenceAssetEventDagRun,
    AssetResponse,
    DagRun,
    DagRunState,
    DagRunType,
    TIRunContext,
)
from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.exceptions import ErrorType
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import (
    AssetEventsResult,
    AssetResult,
    ErrorResponse,
    GetAssetByUri,
    GetAssetEventByAsset,
    GetConnection,
    GetXCom,
    InactiveAssetsResult,
    SetXCom,
    ValidateInletsAndOutlets,
    XComResult,
)
from airflow.sdk.execution_time.context import OutletEventAccessors
from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

DAY = datetime(2026, 3, 3, tzinfo=UTC)


class MemorySupervisor:
    """Answers a task, and remembers its XComs by task and key.

    Attributes:
        assets: that some Dag is scheduled on.
        unknown_for: how often whoever asks for the events of an asset finds none.
    """

    def __init__(self) -> None:
        self.xcoms: dict[tuple[str, str], Any] = {}
        self.assets: list[Asset] = []
        self.unknown_for = 0

    def send(self, msg: Any) -> Any:
        match msg:
            case SetXCom():
                self.xcoms[msg.task_id, msg.key] = msg.value
            case GetXCom():
                return XComResult(key=msg.key, value=self.xcoms.get((msg.task_id, msg.key)))
            case ValidateInletsAndOutlets():
                return InactiveAssetsResult(inactive_assets=[])
            case GetAssetByUri():
                for asset in self.assets:
                    if asset.uri == msg.uri:
                        return AssetResult(name=asset.name, uri=asset.uri, group=asset.group, extra={})
                return ErrorResponse(error=ErrorType.ASSET_NOT_FOUND)
            case GetAssetEventByAsset():
                self.unknown_for -= 1
                return AssetEventsResult(asset_events=[] if self.unknown_for >= 0 else [_earlier(msg)])
            case GetConnection():
                return ErrorResponse(error=ErrorType.CONNECTION_NOT_FOUND)
        return None


@dataclass
class Ran:
    """How a task ended.

    Attributes:
        state: Airflow's word: `success`, `failed`, `skipped`, `deferred`, `up_for_retry`.
        message: what the task runner told the supervisor in the end.
        error: what ended it.
        xcoms: what it pushed, by key.
    """

    state: str
    message: Any
    error: BaseException | None
    xcoms: Mapping[str, Any]

    @property
    def returned(self) -> Any:
        """What the task returned."""
        return self.xcoms["return_value"]


@dataclass
class Run:
    """One run of a Dag, task by task, as the tests say.

    Attributes:
        run_id: tasks of one run and name are the same task, and so repeat each other's acts.
        consumed: the asset events that started it: each asset, and the event's `extra`.
        retries: whether tasks may be tried again, which decides between `failed` and `up_for_retry`.
    """

    run_id: str = "scheduled__2026-03-03"
    run_type: DagRunType = DagRunType.SCHEDULED
    day: datetime | None = DAY
    retries: int = 1
    triggering_user_name: str | None = None
    consumed: Sequence[tuple[Asset, Mapping[str, Any]]] = ()
    supervisor: MemorySupervisor = field(default_factory=MemorySupervisor)

    def task(
        self, given: Any, *, try_number: int = 1, map_index: int = -1, event: Any = None, callbacks: bool = False
    ) -> Ran:
        """Run a task of a Dag.

        Parameters:
            given: the operator, or what calling a decorated function in a Dag gave.
            event: what its trigger fired, for a task that deferred and goes on.
            callbacks: run also what comes after its end.
        """
        task = getattr(given, "operator", given)
        ti = self._instance(task, try_number, map_index, event)
        self.supervisor.xcoms = {k: v for k, v in self.supervisor.xcoms.items() if k[0] != task.task_id}
        with self._supervised(), _event_loop():
            context = ti.get_template_context()
            log = structlog.get_logger("tests")
            state, message, error = task_runner.run(ti, context, log)
            if callbacks:
                task_runner.finalize(ti, state, context, log, error)
        pushed = {key: value for (task_id, key), value in self.supervisor.xcoms.items() if task_id == task.task_id}
        return Ran(state.value, message, error, pushed)

    def _instance(self, task: BaseOperator, try_number: int, map_index: int, event: Any) -> RuntimeTaskInstance:
        next_kwargs = None if event is None else {"event": event}
        return RuntimeTaskInstance.model_construct(
            id=uuid.uuid4(),
            task_id=task.task_id,
            dag_id=task.dag_id,
            run_id=self.run_id,
            try_number=try_number,
            dag_version_id=uuid.UUID(int=1),
            map_index=map_index,
            task=task,
            max_tries=self.retries,
            start_date=DAY,
            state="running",
            is_mapped=False,
            _ti_context_from_server=TIRunContext(
                dag_run=self._dag_run(task.dag_id),
                max_tries=self.retries,
                should_retry=try_number <= self.retries,
                next_method=None if event is None else "execute_complete",
                next_kwargs=next_kwargs,
            ),
        )

    def _dag_run(self, dag_id: str) -> DagRun:
        return DagRun(
            dag_id=dag_id,
            run_id=self.run_id,
            logical_date=self.day,
            data_interval_start=self.day,
            data_interval_end=self.day,
            run_after=self.day or DAY,
            start_date=self.day or DAY,
            end_date=None,
            run_type=self.run_type,
            state=DagRunState.RUNNING,
            consumed_asset_events=[_event(asset, extra) for asset, extra in self.consumed],
            partition_key=None,
            triggering_user_name=self.triggering_user_name,
        )

    @contextmanager
    def _supervised(self) -> Iterator[None]:
        before = getattr(task_runner, "SUPERVISOR_COMMS", None)
        # Airflow remembers for as long as a process lives which assets there are, and a task has a process of its own.
        OutletEventAccessors._asset_ref_cache.clear()
        task_runner.SUPERVISOR_COMMS = self.supervisor  # type: ignore[assignment]  # has the one method tasks call
        try:
            yield
        finally:
            if before is None:
                del task_runner.SUPERVISOR_COMMS
            else:
                task_runner.SUPERVISOR_COMMS = before


def _event(asset: Asset, extra: Mapping[str, Any]) -> AssetEventDagRunReference:
    known = AssetReferenceAssetEventDagRun(name=asset.name, uri=asset.uri, extra={})
    return AssetEventDagRunReference.model_construct(
        asset=known, extra=dict(extra), source_aliases=[], timestamp=DAY, source_dag_id=None, source_task_id=None,
        source_run_id=None, source_map_index=None, partition_key=None,
    )  # fmt: skip


def _earlier(asked: GetAssetEventByAsset) -> AssetEventResponse:
    asset = AssetResponse(name=str(asked.name), uri=str(asked.uri), group="model", extra={})
    return AssetEventResponse(id=1, timestamp=DAY, asset=asset, created_dagruns=[])


def a_dag(**kwargs: Any) -> DAG:
    """An empty Dag, to be filled with `with`."""
    return DAG("retrain", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC), **kwargs)


@contextmanager
def _event_loop() -> Iterator[None]:
    """An event loop for the task, closed afterwards: Airflow's operators make one and never close it."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield
    finally:
        asyncio.set_event_loop(None)
        loop.close()
