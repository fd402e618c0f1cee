"""A triggerer that runs beside a work, and what it writes down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cryptography.fernet import Fernet

T = TypeVar("T")
TIMEOUT = 600.0

Given = tuple[int, str, Mapping[str, Any]]
"""A trigger: its id, where its class is, and its arguments."""


@dataclass
class Triggerer:
    """A triggerer that runs.

    Attributes:
        folder: with its files.
    """

    folder: Path
    _process: subprocess.Popen[bytes]

    def start(self, triggers: Iterable[Given]) -> None:
        """Hand it triggers, all at once."""
        with (self.folder / "triggers").open("a") as file:
            file.write("".join(json.dumps(each) + "\n" for each in triggers))

    def lines(self, name: str) -> list[dict[str, Any]]:
        """What it wrote so far that has this name in it."""
        written = (self.folder / "lines").read_text()
        return [json.loads(line) for line in written[: written.rfind("\n")].splitlines() if f'"{name}": ' in line]

    def until(self, found: Callable[[], T]) -> T:
        """Wait until something is so, and give it."""
        end = time.monotonic() + TIMEOUT
        while not (result := found()):
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self.folder / "output").read_text()[-3_000:])
            time.sleep(0.1)
        return result

    def until_running(self, count: int) -> None:
        """Wait until so many run."""
        self.until(lambda: (said := self.lines("running")) and said[-1]["running"] >= count)

    def until_fired(self, count: int) -> None:
        """Wait until so many have fired since it began."""
        self.until(lambda: len(self.lines("fired")) >= count)


@contextmanager
def running_triggerer(folder: Path, **environment: str) -> Iterator[Triggerer]:
    """Start one, and stop it again.

    Parameters:
        environment: what it finds in its environment beside what is there.
    """
    files = {name: folder / name for name in ("triggers", "lines", "output")}
    for file in files.values():
        file.touch()
    given = {
        **os.environ,
        "AIRFLOW_HOME": str(folder / "airflow"),
        # As deployments have one: what is stored of triggers is encrypted.
        "AIRFLOW__CORE__FERNET_KEY": Fernet.generate_key().decode(),
        **environment,
    }
    command = [sys.executable, "-m", "benchmarks.triggerer.program", str(files["triggers"]), str(files["lines"])]
    with files["output"].open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, env=given)
    try:
        made = Triggerer(folder, process)
        made.until_running(0)
        yield made
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(60)
