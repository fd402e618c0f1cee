"""Who acts, as Airflow knows it: the running task (rule 10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.hooks import settings

if TYPE_CHECKING:
    from airflow_provider_registry.registry.caller import Caller, Producer

# What `DAG.test` names as the user who triggered its runs, whether it runs their tasks itself or has an executor do it.
_DAG_TEST_USER = "dag_test"


def task_caller() -> Caller | None:
    """The task that is running in this process; None where none is.

    It is a claim, and kept as one (`authenticated` is False): whatever runs in the task can write to the registry with
    the same database role, and nobody but the task itself says which task it is.
    """
    from airflow_provider_registry.registry.caller import Actor, Caller, Via

    context = _current_context()
    if context is None:
        return None
    producer = read_producer(context)
    name = f"{producer.dag_id}.{producer.task_id}"
    actor = Actor(issuer=f"airflow:{producer.instance_id}", subject=task_subject(producer), name=name)
    return Caller(actor, via=Via.TASK, producer=producer)


def task_subject(producer: Producer) -> str:
    """A task in its run, as text: `dag/run/task`, and the map index of a mapped one."""
    parts = [producer.dag_id, producer.run_id, producer.task_id]
    if producer.map_index >= 0:
        parts.append(str(producer.map_index))
    return "/".join(str(part) for part in parts)


def read_producer(context: Mapping[str, Any]) -> Producer:
    """The producer of whatever the task makes.

    Parameters:
        context: of the running task; its `ti`, and `dag_run` where there is one.
    """
    from airflow_provider_registry.registry.caller import Producer

    ti, dag_run = context["ti"], context.get("dag_run")
    bundle = getattr(ti, "bundle_instance", None)
    dag_version = getattr(ti, "dag_version_id", None)
    map_index = getattr(ti, "map_index", None)
    run_type = getattr(dag_run, "run_type", None)
    return Producer(
        dag_id=ti.dag_id,
        task_id=ti.task_id,
        run_id=ti.run_id,
        map_index=-1 if map_index is None else map_index,
        try_number=getattr(ti, "try_number", None),
        instance_id=settings.instance_id(),
        run_type=getattr(run_type, "value", run_type),
        logical_date=getattr(dag_run, "logical_date", None),
        data_interval_start=getattr(dag_run, "data_interval_start", None),
        data_interval_end=getattr(dag_run, "data_interval_end", None),
        dag_version=str(dag_version) if dag_version else None,
        # Of a Git bundle, the commit; folders on disk have no version.
        code_revision=getattr(bundle, "version", None),
        is_test=_is_test(dag_run),
        triggered_by=_triggered_by(dag_run),
    )


def _triggered_by(dag_run: Any) -> str | None:
    """The name of the user who triggered the run, or created its backfill.

    Airflow keeps the name that its auth manager shows, the same that answers of people carry, and for its commands the
    name of the operating system's user. A run that a task triggered has the user of that task's run. Runs on schedule
    and on assets have none. Whoever clears a task later is not named.
    """
    user: str | None = getattr(dag_run, "triggering_user_name", None)
    return user if user and user != _DAG_TEST_USER else None


def _is_test(dag_run: Any) -> bool:
    """Whether `airflow dags test`, `airflow tasks test` or `DAG.test` runs this task.

    They run it in their own process, under a supervisor of a class of its own; with `use_executor=True`, `DAG.test`
    leaves nothing but the name of the user. Neither is documented, so a test of ours runs them.
    """
    from airflow.sdk.execution_time import task_runner

    supervisor = type(getattr(task_runner, "SUPERVISOR_COMMS", None)).__name__
    return supervisor == "InProcessSupervisorComms" or (
        getattr(dag_run, "triggering_user_name", None) == _DAG_TEST_USER
    )


def _current_context() -> Mapping[str, Any] | None:
    from airflow.sdk import get_current_context

    try:
        return get_current_context()
    except RuntimeError:  # no task is running
        return None
