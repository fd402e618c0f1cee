"""Processes that do things when they are told to, and time them: many at once, or in another environment.

The side in the process is benchmarks/mlflow/serving.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measure import Seconds

_CHECKOUT = Path(__file__).parents[1]


class ProcessError(Exception):
    """What a call in the process raised, or the process itself when it ended."""


@dataclass(frozen=True)
class Outcome:
    """Calls of one operation, one after the other.

    Attributes:
        seconds: of each call, those that failed among them.
        errors: what the failed ones raised.
        begun, ended: on the clock that all processes of this machine share (`time.monotonic`).
        result: what the last one returned, as far as it is JSON.
    """

    seconds: list[float]
    errors: list[str]
    begun: float
    ended: float
    result: Any = None


@dataclass
class Process:
    """A process with something open, whose methods are called."""

    _process: subprocess.Popen[str]
    _errors: Any = field(repr=False)

    def call(self, operation: str, **arguments: Any) -> Seconds:
        """Call a method; how long it took there.

        Raises:
            ProcessError: what it raised.
        """
        return Seconds(self._one(operation, arguments).seconds[0])

    def ask(self, operation: str, **arguments: Any) -> Any:
        """Call a method, for what it returns.

        Raises:
            ProcessError: what it raised.
        """
        return self._one(operation, arguments).result

    def begin(self, operation: str, calls: Iterable[Mapping[str, Any]], at: float | None = None) -> None:
        """Have a method called with each of the arguments, and do not wait for it.

        Parameters:
            at: when to begin, on the clock of `time.monotonic`; None for at once.
        """
        assert self._process.stdin is not None
        request = {"operation": operation, "calls": [dict(call) for call in calls], "at": at}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()

    def finish(self) -> Outcome:
        """What came of `begin`."""
        return Outcome(**self._answer())

    def open(self, **arguments: Any) -> None:
        """Open what is called; once, before anything else."""
        self.begin("open", [arguments])
        self._answer()

    def _one(self, operation: str, arguments: Mapping[str, Any]) -> Outcome:
        self.begin(operation, [arguments])
        outcome = self.finish()
        if outcome.errors:
            raise ProcessError(outcome.errors[0])
        return outcome

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._errors.seek(0)
            raise ProcessError(f"The process has ended: {self._errors.read()[-2000:]}")
        return json.loads(line)


@contextmanager
def processes(
    command: Sequence[str], count: int, environment: Mapping[str, str] | None = None, **opened: Any
) -> Iterator[list[Process]]:
    """Processes of one command, each with the same open.

    Parameters:
        opened: arguments of what each opens; one after the other, since the first may bring up a schema.
    """
    with ExitStack() as stack:
        # All are started before any is waited for: what takes longest is what each imports.
        started = [stack.enter_context(_process(command, environment or {})) for _ in range(count)]
        for process in started:
            process.open(**opened)
        yield started


def python(module: str) -> list[str]:
    """The command that runs a module of this checkout."""
    return [sys.executable, "-m", module]


def at_once(asked: Sequence[tuple[Process, str, Iterable[Mapping[str, Any]]]], lead: float = 0.05) -> list[Outcome]:
    """Have processes begin at one moment, and wait for all.

    Parameters:
        asked: each process with the method and the arguments of its calls.
        lead: seconds until that moment, in which each is told of it.
    """
    moment = time.monotonic() + lead
    for process, operation, calls in asked:
        process.begin(operation, calls, moment)
    return [process.finish() for process, _, _ in asked]


@contextmanager
def _process(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Process]:
    pipe = subprocess.PIPE
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command,
            stdin=pipe,
            stdout=pipe,
            stderr=errors,
            env={**os.environ, **environment},
            cwd=_CHECKOUT,
            text=True,
            bufsize=1,
        ) as process,
    ):
        try:
            yield Process(process, errors)
        finally:
            process.kill()
