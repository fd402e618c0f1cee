"""MLflow, installed in an environment of its own, its store of models run in a process of that environment.

The process times each call around the store's own method: what it takes to reach it is nobody's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from benchmarks.process import Process, processes

_FOLDER = Path(__file__).parents[2] / ".cache" / "mlflow"
_WORKER = Path(__file__).with_name("worker.py")
# With the driver that the registry uses, so that none of the difference is the driver's.
_PACKAGES = ("mlflow", "psycopg[binary]")
# It tells its makers nothing, and logs nothing of each retry.
_ENVIRONMENT = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_LOGGING_LEVEL": "ERROR"}

Store = Process


class MLflowError(Exception):
    """MLflow could not be installed."""


@dataclass(frozen=True)
class MLflow:
    """An installed MLflow.

    Attributes:
        version: as figures name it.
    """

    version: str
    _python: Path

    @classmethod
    def installed(cls) -> Self:
        """The one in `.cache/mlflow`, installed there by pip if it is not yet.

        Raises:
            MLflowError: pip could not.
        """
        said = _FOLDER / "installed.txt"
        python = _FOLDER / "bin" / "python"
        if not said.exists():
            print(f"Installing MLflow in {_FOLDER}, which takes some minutes.", file=sys.stderr)
            venv.create(_FOLDER, with_pip=True, clear=True)
            _run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_PACKAGES])
            found = "import importlib.metadata as metadata; print(metadata.version('mlflow'))"
            said.write_text(f"MLflow {_run([python, '-I', '-c', found]).strip()}\n")
        return cls(said.read_text().strip(), python)

    @contextmanager
    def store(self, url: str) -> Iterator[Store]:
        """A store on a database, whose schema MLflow brings up first."""
        with self.stores(url, 1) as (store,):
            yield store

    @contextmanager
    def stores(self, url: str, count: int) -> Iterator[list[Store]]:
        """Stores on one database, each in a process of its own."""
        # -E and -s keep this checkout's PYTHONPATH and the user's packages out.
        with processes([str(self._python), "-E", "-s", str(_WORKER)], count, _ENVIRONMENT, url=url) as stores:
            yield stores


def _run(command: list[Any]) -> str:
    # Without what is set for this checkout's own Python.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        said = "\n".join(line for line in done.stderr.splitlines() if not line.startswith("WARNING"))
        raise MLflowError(
            f"MLflow could not be installed ({done.returncode}); leave it out with --no-mlflow. {said[-2000:]}"
        )
    return done.stdout
