"""An Airflow whose auth manager is FAB, in processes of its own: commands, and API servers."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import httpx
from packaging.version import Version

from demo.client import until
from demo.sessions import end, processes_of
from demo.settings import free_ports, inherited, metadata_database, settings

ROOT = Path(__file__).parents[2]
AUTH_MANAGER = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
API = "/model-registry/api/v1/"

# Until then nobody might change assets, a public role let nobody in, and cookies left it to browsers who sends them.
IS_3_8 = Version(version("apache-airflow-providers-fab")) >= Version("3.8")


@dataclass(frozen=True)
class Said:
    """What became of a command: its exit code, and what it wrote."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Server:
    """An API server that answers."""

    url: str

    def browser(self) -> httpx.Client:
        """A client that nobody has logged in with yet; it keeps cookies."""
        return httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    def token(self, user: str) -> str:
        """What a user gets for their password, which is their name."""
        answer = httpx.post(f"{self.url}/auth/token", json={"username": user, "password": user}, trust_env=False)
        return str(answer.raise_for_status().json()["access_token"])

    def client(self, user: str | None) -> httpx.Client:
        """A client of the registry's REST API for a user; None is nobody."""
        headers = {"Authorization": f"Bearer {self.token(user)}"} if user else {}
        return httpx.Client(base_url=f"{self.url}{API}", timeout=60, trust_env=False, headers=headers)


@dataclass(frozen=True)
class FabAirflow:
    """One Airflow, with its metadata database on SQLite and the embedded registry.

    Attributes:
        home: the folder for everything that it writes; made where it is missing.
    """

    home: Path

    def run(self, *commands: str) -> list[Said]:
        """Run `airflow` commands, given without that word, one after the other in one process."""
        file = self.home / "said.json"
        program = [sys.executable, "-m", "tests.support.airflow_commands", str(file)]
        asked = json.dumps([shlex.split(command) for command in commands])
        done = subprocess.run(
            program, env=self._environment("http://127.0.0.1"), input=asked, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return [Said(*said) for said in json.loads(file.read_text())]

    @contextmanager
    def serving(self, **options: str) -> Iterator[Server]:
        """An API server, with options as environment variables."""
        (port,) = free_ports(1)
        server = Server(f"http://127.0.0.1:{port}")
        command = [sys.executable, "-m", "airflow", "api-server", "--host", "127.0.0.1", "--port", str(port)]
        logs = self.home / "logs"
        logs.mkdir(exist_ok=True)
        with (logs / f"api-server-{port}.log").open("wb") as log:
            process = subprocess.Popen(
                command, env=self._environment(server.url) | options, stdout=log, stderr=log, start_new_session=True
            )
        try:
            until("the API server to answer", lambda: _answers(server, process), 180)
            yield server
        finally:
            end(processes_of({process.pid}))
            process.wait()

    def _environment(self, url: str) -> dict[str, str]:
        return {
            **inherited(),
            **settings(self.home, [], url, free_ports(2)),
            **metadata_database(f"sqlite:///{self.home / 'airflow.db'}"),
            "PYTHONPATH": str(ROOT),
            "AIRFLOW__CORE__AUTH_MANAGER": AUTH_MANAGER,
            "AIRFLOW__MODEL_REGISTRY__EMBEDDED": "True",
        }


def _answers(server: Server, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the API server has ended; its log says why"
    try:
        return httpx.get(f"{server.url}/api/v2/version", trust_env=False).is_success
    except httpx.TransportError:
        return False
