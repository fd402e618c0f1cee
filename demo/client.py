"""Airflow's REST API, as far as the demo and the tests need it.

There is no event to wait for over HTTP, so waiting is asking again: `until` does that, and `_call` for a locked
database.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import httpx

T = TypeVar("T")

FINISHED_RUN = frozenset({"success", "failed"})
FINISHED_TASK = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})

# Between two looks: short at first, and longer where it takes long, since each costs the API server 20 ms; and some
# times as long as the look took, where it has more to do.
_INTERVAL_SECONDS = 0.15
_LONGEST_INTERVAL_SECONDS = 0.6
_TIMES_A_LOOK = 5

# How long a locked database is no error yet.
_LOCKED_SECONDS = 20.0


class DagImportError(RuntimeError):
    """A Dag file does not import; the message holds Airflow's."""


class AirflowApiError(RuntimeError):
    """The API refused a request; the message holds its answer."""


class AirflowClient:
    """The REST API of an Airflow with the simple auth manager.

    Parameters:
        url: where its API server answers.
        user: whom to log in as, with the name as the password; None where everybody is taken for an admin.
    """

    def __init__(self, url: str, user: str | None = None) -> None:
        self.url = url
        self.user = user
        self._http = httpx.Client(base_url=url, timeout=30, trust_env=False)

    def close(self) -> None:
        """Close its connections; it may be used again only by another client."""
        self._http.close()

    def wait_until_healthy(
        self,
        timeout: float,
        *,
        since: Mapping[str, datetime] | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """Wait until every component reports itself healthy.

        Parameters:
            timeout: seconds.
            since: components that were started at a time; an earlier heartbeat is another process's.
            check: called between looks; raises where waiting has no more sense.
        """

        def healthy() -> bool:
            check()
            try:
                answer = self._http.get("/api/v2/monitor/health")
            except httpx.TransportError:
                return False
            return answer.is_success and _is_healthy(answer.json(), since or {})

        until("Airflow to be healthy", healthy, timeout)
        self.log_in()

    def log_in(self) -> None:
        """Become the user; Airflow must answer already."""
        if self.user is None:
            answer = self._http.get("/auth/token")
        else:
            answer = self._http.post("/auth/token", json={"username": self.user, "password": self.user})
        self._http.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"

    def wait_for_dag(self, dag_id: str, *, unpause: bool = True, timeout: float = 60) -> None:
        """Wait until a Dag is parsed, and switch it on.

        Raises:
            DagImportError: at once where the Dag is not there and a Dag file does not import.
        """

        def parsed() -> bool:
            if self._http.get(f"/api/v2/dags/{dag_id}").is_success:
                return True
            self.check_imports()
            return False

        until(f"the Dag {dag_id} to be parsed", parsed, timeout)
        if unpause:
            self._call("PATCH", f"/dags/{dag_id}", {"is_paused": False}, repeatable=True)

    def parse_again(self, dag_id: str) -> None:
        """Have the file of a Dag parsed again: Airflow starts watchers when it parses a Dag that is switched on."""
        token = self._call("GET", f"/dags/{dag_id}")["file_token"]
        answer = self._http.put(f"/api/v2/parseDagFile/{token}")
        if answer.status_code != httpx.codes.CONFLICT:  # somebody has asked already, and it was not done yet
            answer.raise_for_status()

    def pause(self, dag_id: str) -> None:
        """Switch a Dag off."""
        self._call("PATCH", f"/dags/{dag_id}", {"is_paused": True}, repeatable=True)

    def check_imports(self) -> None:
        """Make sure that every Dag file imports.

        Raises:
            DagImportError: with the file and the trace of each that does not.
        """
        found = self._call("GET", "/importErrors")["import_errors"]
        if found:
            raise DagImportError("\n\n".join(f"{error['filename']}:\n{error['stack_trace']}" for error in found))

    def trigger(
        self,
        dag_id: str,
        conf: Mapping[str, Any] | None = None,
        *,
        logical_date: datetime | None = None,
        run_id: str | None = None,
    ) -> str:
        """Start a run, and give its id."""
        body: dict[str, Any] = {"conf": dict(conf or {}), "logical_date": _iso(logical_date)}
        if run_id:
            body["dag_run_id"] = run_id
        return str(self._call("POST", f"/dags/{dag_id}/dagRuns", body)["dag_run_id"])

    def wait_for_run(self, dag_id: str, run_id: str, timeout: float = 120) -> str:
        """Wait until a run has ended, and give its state: `success` or `failed`.

        Raises:
            TimeoutError: with the states that its tasks are in.
        """

        def ended() -> str | None:
            state = str(self._call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["state"])
            return state if state in FINISHED_RUN else None

        try:
            return until(f"{dag_id} {run_id} to end", ended, timeout)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; its tasks: {self.task_states(dag_id, run_id)}") from None

    def run(self, dag_id: str, conf: Mapping[str, Any] | None = None, *, timeout: float = 120, **more: Any) -> str:
        """Trigger a Dag, wait for the end, and give the run's id, whatever its state.

        Parameters:
            more: as `trigger` takes it.
        """
        run_id = self.trigger(dag_id, conf, **more)
        self.wait_for_run(dag_id, run_id, timeout)
        return run_id

    def add_connection(self, conn_id: str, connection: Mapping[str, Any]) -> None:
        """Define a connection, by the fields that it also has as JSON in the environment."""
        extra = {"extra": json.dumps(connection["extra"])} if "extra" in connection else {}
        self._call("POST", "/connections", {"connection_id": conn_id, **connection, **extra})

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """The runs of a Dag, oldest first, as the API describes them."""
        answer = self._call("GET", f"/dags/{dag_id}/dagRuns?limit=100&order_by=id")
        return list(answer["dag_runs"])

    def events_behind(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """What the asset events say that started a run."""
        answer = self._call("GET", f"/dags/{dag_id}/dagRuns/{run_id}/upstreamAssetEvents")
        return [event["extra"] for event in answer["asset_events"]]

    def tasks(self, dag_id: str, run_id: str) -> dict[str, dict[str, Any]]:
        """The task instances of a run, by task id, or `id[map_index]` where mapped, as the API describes them."""
        rows = self._call("GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=1000")["task_instances"]
        return {_task_name(row["task_id"], row["map_index"]): row for row in rows}

    def task_states(self, dag_id: str, run_id: str) -> dict[str, str | None]:
        """The state of each task instance of a run, named as in `tasks`."""
        return {name: row["state"] for name, row in self.tasks(dag_id, run_id).items()}

    def count_tasks(self, dag_id: str, run_id: str, state: str) -> int:
        """How many task instances of a run are in a state."""
        answer = self._call("GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=1&state={state}")
        return int(answer["total_entries"])

    def wait_for_tasks(self, dag_id: str, run_id: str, state: str, number: int, timeout: float = 120) -> None:
        """Wait until so many task instances of a run are in a state."""
        until(
            f"{number} tasks of {dag_id} to be {state}",
            lambda: self.count_tasks(dag_id, run_id, state) >= number,
            timeout,
        )

    def wait_for_task(
        self,
        dag_id: str,
        run_id: str,
        task_id: str,
        *,
        states: Sequence[str] | frozenset[str] = FINISHED_TASK,
        try_number: int = 1,
        timeout: float = 120,
    ) -> dict[str, Any]:
        """Wait until a task instance is in one of the states, and give its description.

        Parameters:
            task_id: its name as in `tasks`.
            try_number: the try to look at; earlier ones are not it yet.
        """

        def reached() -> dict[str, Any] | None:
            row = self.tasks(dag_id, run_id).get(task_id)
            return row if row and row["state"] in states and row["try_number"] >= try_number else None

        return until(f"{dag_id}.{task_id} to be {' or '.join(sorted(states))}", reached, timeout)

    def clear(
        self, dag_id: str, run_id: str, task_ids: Sequence[str] | None = None, *, downstream: bool = False
    ) -> None:
        """Clear tasks of a run, all where none are named, so that they run again; the run is then not ended.

        Parameters:
            downstream: clear also what comes after them.
        """
        body = {
            "dag_run_id": run_id,
            "dry_run": False,
            "include_downstream": downstream,
            "only_failed": False,
            "reset_dag_runs": True,
            "task_ids": list(task_ids) if task_ids is not None else None,
        }
        self._call("POST", f"/dags/{dag_id}/clearTaskInstances", body, repeatable=True)

    def xcom(self, dag_id: str, run_id: str, task_id: str, key: str = "return_value", map_index: int = -1) -> Any:
        """What a task returned or pushed."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/{key}?map_index={map_index}"
        return self._call("GET", path)["value"]

    def links(self, dag_id: str, run_id: str, task_id: str) -> dict[str, str | None]:
        """The links of a task in the UI, by what they are called."""
        return dict(self._call("GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/links")["extra_links"])

    def task_log(self, dag_id: str, run_id: str, task_id: str, *, try_number: int = 1, map_index: int = -1) -> str:
        """The log of one try of a task, a line for each event."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/logs/{try_number}"
        answer = self._call("GET", f"{path}?full_content=true&map_index={map_index}")
        return "\n".join(_line(entry) for entry in answer["content"])

    def required_actions(self, dag_id: str = "~", run_id: str = "~") -> list[dict[str, Any]]:
        """The questions that wait for people, as Airflow's UI lists them under Required Actions."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/hitlDetails?response_received=false&state=deferred"
        return list(self._call("GET", path)["hitl_details"])

    def wait_until_asked(self, dag_id: str, run_id: str, task_id: str, timeout: float = 300) -> dict[str, Any]:
        """Wait until a task asks people, and give its question, as Required Actions lists it.

        A question that was answered is listed again once the task asks again.
        """

        def listed() -> dict[str, Any] | None:
            found = self.required_actions(dag_id, run_id)
            return next((shown for shown in found if shown["task_instance"]["task_id"] == task_id), None)

        return until(f"{dag_id}.{task_id} to ask people", listed, timeout)

    def answer(
        self, dag_id: str, run_id: str, task_id: str, option: str, *, map_index: int = -1, **said: Any
    ) -> dict[str, Any]:
        """Answer the question of a task, as this client's user.

        Parameters:
            option: `Approve` or `Reject`.
            said: the fields of its form.

        Raises:
            AirflowApiError: the user may not answer it, or somebody has.
        """
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/{map_index}/hitlDetails"
        answer: dict[str, Any] = self._call(
            "PATCH", path, {"chosen_options": [option], "params_input": said}, repeatable=True
        )
        return answer

    def backfill(self, dag_id: str, first: datetime, last: datetime, *, max_active_runs: int = 4) -> int:
        """Start a backfill over whole intervals from `first` to `last`, and give its id.

        The Dag must be switched on. On SQLite, Airflow refuses where its scheduler writes at that moment.
        """
        body: dict[str, Any] = {
            "dag_id": dag_id,
            "from_date": _iso(first),
            "to_date": _iso(last),
            "max_active_runs": max_active_runs,
            "run_backwards": False,
            "dag_run_conf": {},
            "reprocess_behavior": "none",
        }
        return int(self._call("POST", "/backfills", body)["id"])

    def wait_for_backfill(self, backfill_id: int, timeout: float = 300) -> None:
        """Wait until all runs of a backfill have ended."""

        def completed() -> bool:
            return self._call("GET", f"/backfills/{backfill_id}")["completed_at"] is not None

        until(f"backfill {backfill_id} to end", completed, timeout)

    def _call(self, method: str, path: str, body: Any = None, *, repeatable: bool = False) -> Any:
        end = time.monotonic() + _LOCKED_SECONDS
        answer = self._http.request(method, f"/api/v2{path}", json=body)
        # On SQLite, a request that writes while the scheduler does fails as a whole, and may be sent again. Airflow 3.2
        # does not say why it failed: there, what does the same when it comes twice is sent again.
        while answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR and (
            "Database error" in answer.text or repeatable
        ):
            if time.monotonic() > end:
                break
            time.sleep(_INTERVAL_SECONDS)
            answer = self._http.request(method, f"/api/v2{path}", json=body)
        if answer.is_error:
            raise AirflowApiError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()


def until(what: str, look: Callable[[], T | None], timeout: float) -> T:
    """Look until there is something to see, and give it."""
    end = time.monotonic() + timeout
    interval = _INTERVAL_SECONDS
    while True:
        began = time.monotonic()
        seen = look()
        if seen:
            return seen
        now = time.monotonic()
        if now > end:
            raise TimeoutError(f"Waited {timeout:g} s for {what}")
        time.sleep(max(interval, _TIMES_A_LOOK * (now - began)))
        interval = min(interval * 1.1, _LONGEST_INTERVAL_SECONDS)


def _is_healthy(report: Mapping[str, Mapping[str, str | None]], since: Mapping[str, datetime]) -> bool:
    if any(part["status"] != "healthy" for part in report.values()):
        return False
    for component, begin in since.items():
        name = component.replace("-", "_")
        heartbeat = report.get(name, {}).get(f"latest_{name}_heartbeat")
        if heartbeat and datetime.fromisoformat(heartbeat) < begin:
            return False
    return True


def _task_name(task_id: str, map_index: int) -> str:
    return task_id if map_index < 0 else f"{task_id}[{map_index}]"


def _line(entry: Any) -> str:
    """One entry of a structured log: its message, and the trace of an error where it has one."""
    if isinstance(entry, str):
        return entry
    details = [f"{error['exc_type']}: {error['exc_value']}" for error in entry.get("error_detail") or ()]
    return "\n".join([str(entry.get("event")), *details])


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
