"""Work done in a process of its own, forked from this one, which may be killed in the middle of it."""

from __future__ import annotations

import json
import os
import signal
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.faults.killed.points import Points


@dataclass(frozen=True)
class Report:
    """How it went.

    Attributes:
        killed: by SIGKILL, before it had an answer.
        labels: the places that it came to; none where it was killed.
        answer: what the work returned, as JSON has it.
    """

    killed: bool
    labels: list[str]
    answer: Any


def in_process(work: Callable[[Points], Any], die_at: int | None = None) -> Report:
    """Do work in a fork of this process, to its end or to the place at which it is to die.

    Nothing may be open here that a fork must not share: connections and clients in use.
    """
    return _ended(*_begun(work, die_at))


def in_processes(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do works at once, each in a fork of its own, which begin when all are there; gives what they return.

    Nothing may be open here that a fork must not share.
    """
    waiting, letting = os.pipe()

    def when_all_are_there(work: Callable[[], Any], points: Points) -> Any:
        os.close(letting)
        os.read(waiting, 1)  # nothing comes: it ends when nobody is left who could write
        return work()

    begun = [_begun(partial(when_all_are_there, work)) for work in works]
    os.close(letting)
    os.close(waiting)
    return [_ended(*one).answer for one in begun]


def _begun(work: Callable[[Points], Any], die_at: int | None = None) -> tuple[int, int]:
    """The id of a process that does work, and where it is going to say how that went."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # From Python 3.12 on, it warns where there are threads: pytest-xdist's, and moto's. The fork needs neither.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        os.close(reading)
        _run(work, Points(die_at), writing)
    os.close(writing)
    return child, reading


def _ended(child: int, reading: int) -> Report:
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL and not said:
        return Report(True, [], None)
    found = json.loads(said)
    if "error" in found:
        raise AssertionError(f"It failed in its process:\n{found['error']}")
    return Report(False, found["labels"], found["answer"])


def _run(work: Callable[[Points], Any], points: Points, writing: int) -> None:
    """In the fork. It leaves without a goodbye: what is to be said at the end of pytest is not its to say."""
    try:
        said: dict[str, Any] = {"answer": work(points), "labels": points.labels}
    except BaseException:
        said = {"error": traceback.format_exc()}
    points.armed = False
    try:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(said).encode())
    finally:
        os._exit(0)
