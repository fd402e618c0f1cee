"""The processes of an Airflow: all of those in the sessions that its components lead."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import psutil

# How long a process may take to leave on SIGTERM. Nothing in the folder minds being killed.
_GRACE_SECONDS = 3

# When a process was created is computed from when the machine was started, which moves as its clock is set right.
_CLOCK_SECONDS = 5


class Leader(NamedTuple):
    """The process that leads a session.

    Attributes:
        pid: its number, which the system gives to another process one day.
        begun: when it was created, in seconds since the epoch: this tells the two apart.
    """

    pid: int
    begun: float

    @classmethod
    def of(cls, pid: int) -> Leader:
        """A process that runs now.

        Raises:
            psutil.NoSuchProcess: there is none of this number.
        """
        return cls(pid, psutil.Process(pid).create_time())

    def is_alive(self) -> bool:
        """Whether this very process is there still, and not a later one of its number."""
        try:
            return abs(psutil.Process(self.pid).create_time() - self.begun) < _CLOCK_SECONDS
        except psutil.Error:
            return False


def write_leaders(file: Path, leaders: Iterable[Leader]) -> None:
    """Keep leaders in a file, for whoever ends their sessions later."""
    file.write_text("".join(f"{leader.pid} {leader.begun!r}\n" for leader in sorted(leaders)))


def read_leaders(file: Path) -> set[Leader]:
    """The leaders in a file."""
    lines = [line.split() for line in file.read_text().splitlines()]
    return {Leader(int(pid), float(begun)) for pid, begun in lines}


def processes_of(sessions: set[int]) -> list[psutil.Process]:
    """The processes of sessions, by the pid of their leaders.

    Not those of process groups or parents: supervised tasks make groups of their own, and orphans lose their parents.
    """
    return [process for process in psutil.process_iter() if _session_of(process.pid) in sessions]


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None  # it ended, or is somebody else's


def end(processes: list[psutil.Process], first: signal.Signals = signal.SIGTERM) -> None:
    """End processes, those that do not leave by themselves with SIGKILL.

    Parameters:
        first: the signal that they are sent first.
    """
    _send(processes, first)
    _, alive = psutil.wait_procs(processes, timeout=_GRACE_SECONDS)
    _send(alive, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=_GRACE_SECONDS)


def _send(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue
