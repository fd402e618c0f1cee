"""A real Airflow: scheduler with LocalExecutor, Dag processor, triggerer and API server, in a folder of its own.

The components run one by one rather than under `airflow standalone`, which takes fixed ports and cannot lose and
regain a single one of them.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from demo.client import AirflowClient
from demo.sessions import Leader, end, processes_of
from demo.settings import free_ports, inherited, login, metadata_database, passwords_file, settings

COMPONENTS = ("api-server", "scheduler", "dag-processor", "triggerer")


class AirflowFailedError(RuntimeError):
    """A part of Airflow ended by itself; the message ends with the last lines of its log."""


class Airflow:
    """One Airflow, started by `start` (or `with`) and gone after `stop`.

    Parameters:
        home: the folder for everything that it writes; made where it is missing.
        dags: the folders of Dags, each a bundle of its folder's name.
        sql_alchemy_conn: Airflow's own metadata database, SQLite or `postgresql+psycopg://…`; a SQLite file in
            `home` by default.
        users: names and roles of the simple auth manager (`viewer`, `user`, `op`, `admin`), whose passwords are their
            names; one must be `admin`. By default there are no users, and everybody is an admin.
        environment: more environment variables of its processes: `AIRFLOW_CONN_…`, `AIRFLOW__SECTION__KEY`, …
        path: under which it answers, as behind a proxy that has other things beside it: `/airflow`.

    Attributes:
        url: where the UI and the REST API answer.
        client: the REST API, as an admin.
    """

    def __init__(
        self,
        home: Path,
        dags: Sequence[Path],
        *,
        sql_alchemy_conn: str | None = None,
        users: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        path: str = "",
    ) -> None:
        self.home = home.absolute()
        port, *log_ports = free_ports(3)
        self.url = f"http://127.0.0.1:{port}{path}"
        self.client = AirflowClient(self.url, "admin" if users else None)
        self._passwords = {user: user for user in users or ()}
        self._port = port
        self._environment = {
            **inherited(),
            **settings(self.home, dags, self.url, log_ports),
            **login(self.home, users or {}),
            **metadata_database(sql_alchemy_conn or f"sqlite:///{self.home / 'airflow.db'}"),
            **(environment or {}),
        }
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._leaders: set[Leader] = set()

    def __enter__(self) -> Airflow:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def logs(self) -> Path:
        """The folder with one log file of each component, and `tasks/` below it."""
        return self.home / "logs"

    @property
    def leaders(self) -> frozenset[Leader]:
        """What `stop_sessions` needs to end it from another process."""
        return frozenset(self._leaders)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes, for running `airflow` commands against it."""
        return dict(self._environment)

    def start(self, timeout: float = 180) -> None:
        """Make the database, start all components and wait until they are healthy.

        Parameters:
            timeout: seconds.

        Raises:
            AirflowFailedError: where one of them ends instead.
            TimeoutError: where they take longer.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        if self._passwords:
            passwords_file(self.home).write_text(json.dumps(self._passwords))
        try:
            self.run("db", "migrate")
            self._start(COMPONENTS, timeout)
        except BaseException:
            self.stop()
            raise

    def client_of(self, user: str) -> AirflowClient:
        """The REST API as another of its users."""
        client = AirflowClient(self.url, user)
        client.log_in()
        return client

    def stop(self) -> None:
        """End every process of this Airflow, tasks included."""
        self.client.close()
        sessions = {leader.pid for leader in self._leaders}
        end(processes_of(sessions))
        for process in self._processes.values():
            process.wait()
        end(processes_of(sessions))  # what they started while they were being ended
        self._processes.clear()
        self._leaders.clear()

    def run(self, *arguments: str) -> str:
        """Run an `airflow` command to its end, and give what it printed.

        Raises:
            AirflowFailedError: where it fails, with what it said.
        """
        command = [sys.executable, "-m", "airflow", *arguments]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AirflowFailedError(
                f"airflow {' '.join(arguments)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
            )
        return done.stdout

    def kill(self, component: str) -> None:
        """Kill one component and its children with SIGKILL, as a lost machine would."""
        process = self._processes.pop(component)
        end(processes_of({process.pid}), signal.SIGKILL)
        process.wait()

    def start_component(self, component: str, timeout: float = 60) -> None:
        """Start a component that was killed, and wait until all are healthy."""
        self._start([component], timeout)

    def log_of(self, component: str) -> str:
        """What a component has written so far."""
        return (self.logs / f"{component}.log").read_text(errors="replace")

    def _start(self, components: Sequence[str], timeout: float) -> None:
        begin = datetime.now(UTC)
        for component in components:
            self._spawn(component)
        self.client.wait_until_healthy(timeout, since=dict.fromkeys(components, begin), check=self._check_alive)

    def _spawn(self, component: str) -> None:
        port = ["--host", "127.0.0.1", "--port", str(self._port)] if component == "api-server" else []
        with (self.logs / f"{component}.log").open("ab") as log:
            # A session of its own, by which its children are found; and Ctrl-C in the terminal is for us alone, who
            # then stop it in order.
            process = subprocess.Popen(
                [sys.executable, "-m", "airflow", component, *port],
                env=self._environment,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._processes[component] = process
        self._leaders.add(Leader.of(process.pid))

    def _check_alive(self) -> None:
        for component, process in self._processes.items():
            if process.poll() is not None:
                raise AirflowFailedError(
                    f"airflow {component} ended with code {process.returncode}:\n{self.log_of(component)[-4000:]}"
                )


def stop_sessions(leaders: Iterable[Leader]) -> None:
    """End what is left of an Airflow that another process started.

    Parameters:
        leaders: its `Airflow.leaders`. Where a number names another process by now, that is left alone.
    """
    end(processes_of({leader.pid for leader in leaders if leader.is_alive()}))
