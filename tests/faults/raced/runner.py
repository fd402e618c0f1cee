"""A process of the race: it writes down what it means to do, does it, and writes down what it was answered."""

from __future__ import annotations

import json
import os
import random
import selectors
import signal
import traceback
import warnings
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflow_provider_registry.registry import Registry
from tests.faults.killed.points import Points
from tests.faults.raced.doing import perform
from tests.faults.raced.plans import Plan, Planner


@dataclass(frozen=True)
class Try:
    """One try of an act.

    Attributes:
        said: its answer, or the name of its error; None where the process was killed first.
    """

    plan: Plan
    said: dict[str, Any] | None


@dataclass(frozen=True)
class Race:
    """What all processes share.

    Attributes:
        folder: of artifacts to register, and of the logs.
        acts: how many each process does.
        deadly: processes are killed, each time after so many places at most.
    """

    url: str
    folder: Path
    seed: int
    acts: int
    deadly: int = 0

    @property
    def root(self) -> str:
        return str(self.folder / "root")

    def log(self, number: int) -> Path:
        return self.folder / f"{number}.log"

    def tries(self, number: int) -> Iterator[Try]:
        """What a process has written down."""
        meant: Plan | None = None
        for line in self.log(number).read_text().splitlines() if self.log(number).exists() else ():
            found = json.loads(line)
            if "plan" in found:
                if meant:
                    yield Try(meant, None)
                meant = Plan(**found["plan"])
            elif meant:
                yield Try(meant, found)
                meant = None
        if meant:
            yield Try(meant, None)

    def begin(self, plans: Iterable[Plan]) -> None:
        """What is done before the race, one after the other: a log of its own, of number 0."""
        with ExitStack() as stack:
            log = stack.enter_context(self.log(0).open("a"))
            registry = stack.enter_context(Registry.connect(self.url, artifact_root=self.root, actor="start"))
            for plan in plans:
                self._do(registry, plan, log)

    def run(self, processes: int) -> int:
        """Let them race to the end, from 1 on; gives how often one was killed and started again."""
        killed = 0
        with selectors.DefaultSelector() as running:
            for number in range(1, processes + 1):
                self._start(running, number, 0)
            try:
                while running.get_map():
                    for key, _ in running.select():
                        killed += self._ended(running, key)
            finally:
                for key in list(running.get_map().values()):
                    os.kill(key.data[1], signal.SIGKILL)
                    os.waitpid(key.data[1], 0)
        return killed

    def _start(self, running: selectors.BaseSelector, number: int, life: int) -> None:
        """Start a process; where it ends, its end of a pipe closes."""
        reading, writing = os.pipe()
        child = self._fork(number, life)
        os.close(writing)
        running.register(reading, selectors.EVENT_READ, (number, child, life))

    def _ended(self, running: selectors.BaseSelector, key: selectors.SelectorKey) -> bool:
        """See how a process ended; gives whether it was killed, and was started again."""
        number, child, life = key.data
        running.unregister(key.fileobj)
        os.close(key.fd)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and self.deadly:
            self._start(running, number, life + 1)
            return True
        if status:
            error = self.log(number).with_suffix(".error")
            raise AssertionError(f"Process {number}: {error.read_text() if error.exists() else status}")
        return False

    def _fork(self, number: int, life: int) -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads that the fork does not need
            child = os.fork()
        if child:
            return child
        status = 1
        try:
            self._live(number, life)
            status = 0
        except BaseException:
            self.log(number).with_suffix(".error").write_text(traceback.format_exc())
        finally:
            os._exit(status)

    def _live(self, number: int, life: int) -> None:
        chance = random.Random(f"{self.seed} {number} {life}")
        if self.deadly:
            points = Points(chance.randrange(1, self.deadly))
            points.on_databases()
            points.on_disk(Path(self.root))
            points.armed = True
        tries = list(self.tries(number))
        with ExitStack() as stack:
            log = stack.enter_context(self.log(number).open("a"))
            registry = stack.enter_context(Registry.connect(self.url, artifact_root=self.root, actor=f"{number}"))
            planner = Planner(number, registry, chance)
            before = [one.plan for one in tries]
            if tries and tries[-1].said is None:  # the task is tried again, and then the others are done
                self._do(registry, tries[-1].plan, log)
            while len(before) < self.acts:
                plan = planner.next(len(before), before)
                before.append(plan)
                self._do(registry, plan, log)

    def _do(self, registry: Registry, plan: Plan, log: Any) -> None:
        log.write(json.dumps({"plan": plan.as_json()}) + "\n")
        log.flush()
        said = perform(registry, plan, self.folder)
        log.write(json.dumps(said) + "\n")
        log.flush()
